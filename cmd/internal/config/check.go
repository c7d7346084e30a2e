package config

import (
	"flag"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gomend/gomend/analyzers/rule"
)

// check reports what is wrong in a document whose values are well formed, each
// by itself.
func (l *Loader) check(d *decoder, doc *document) {
	known := names(l.Rules)
	for i, r := range doc.Rules {
		l.checkRef(d, known, r.Pos, r.Ref)
		l.checkSettings(d, &doc.Rules[i])
		for _, over := range r.Overrides {
			if over.Report == "" && over.Severity == "" {
				d.add(over.Pos, "this override changes nothing: give it report or severity")
			}
		}
	}
	for i, ex := range doc.Exclude {
		for j, ref := range ex.Rules {
			l.checkRef(d, known, d.origin[fmt.Sprintf("exclude[%d].rules[%d]", i, j)], ref)
		}
	}
	for i := range doc.Edges {
		checkEdge(d, &doc.Edges[i])
	}
	checkRecipes(d, doc.Fix.Recipes)
	seen := make(map[string]bool)
	for _, p := range doc.Plugins {
		switch {
		case (p.Path == "") == (p.Tool == ""):
			d.add(p.Pos, fmt.Sprintf("plugin %s needs either path or tool", p.Name))
		case seen[p.Name]:
			d.add(p.Pos, fmt.Sprintf("there is another plugin %s above", p.Name))
		case slices.Contains(known, p.Name):
			d.add(p.Pos, fmt.Sprintf("plugin %s has the name of a rule: choose another", p.Name))
		}
		seen[p.Name] = true
	}
}

// checkEdge reports a rule on dependencies that says nothing, or two things.
func checkEdge(d *decoder, e *Edge) {
	switch {
	case e.Deny == nil && e.Allow == nil:
		d.add(e.Pos, "this rule says nothing: give it deny, or allow ([] for nothing of the code base)")
	case e.Deny != nil && e.Allow != nil:
		d.add(e.Pos, "a rule has either deny or allow: make two rules of it")
	case e.Deny != nil && len(e.Deny) == 0:
		d.add(e.Pos, "deny is empty: the rule forbids nothing")
	}
}

// checkRef reports a reference to a rule that does not exist. Rules of plugins
// are known only when all files are read; see [Loader.checkPlugins].
func (l *Loader) checkRef(d *decoder, known []string, pos Pos, ref string) {
	if _, ok := plugin(ref); ok || slices.Contains(known, ref) {
		return
	}
	name, kind := rule.Split(ref)
	if slices.Contains(known, name) {
		d.add(pos, fmt.Sprintf("rule %s has no kind %q: %s", name, kind, suggestion(kind, kindsOf(known, name))))
		return
	}
	var rules []string
	for _, k := range known {
		if !strings.Contains(k, "/") {
			rules = append(rules, k)
		}
	}
	d.add(pos, fmt.Sprintf("there is no rule %q: %s", name, suggestion(name, rules)))
}

func kindsOf(known []string, name string) []string {
	var kinds []string
	for _, k := range known {
		if kind, ok := strings.CutPrefix(k, name+"/"); ok {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// checkSettings reports settings that the rule's analyzer does not have, and
// values that it would not take.
func (l *Loader) checkSettings(d *decoder, r *Rule) {
	if len(r.Settings) == 0 {
		return
	}
	name, kind := rule.Split(r.Ref)
	if kind != "" {
		d.add(r.Pos, fmt.Sprintf("settings belong to the rule: move them to %s", name))
		return
	}
	i := slices.IndexFunc(l.Rules, func(known *rule.Rule) bool { return known.Name() == name })
	if i < 0 {
		return // a plugin's, which knows its own flags
	}
	flags := &l.Rules[i].Analyzer.Flags
	var known []string
	flags.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
	for key, value := range r.Settings {
		pos := d.origin["rules."+r.Ref+".settings."+key]
		f := flags.Lookup(key)
		switch {
		case f == nil && len(known) == 0:
			d.add(pos, fmt.Sprintf("rule %s has no settings", name))
		case f == nil:
			d.add(pos, fmt.Sprintf("rule %s has no setting %q: %s", name, key, suggestion(key, known)))
		default:
			if want := wrongType(f, value); want != "" {
				d.add(pos, fmt.Sprintf("setting %s of rule %s must be %s, not %q", key, name, want, value))
			}
		}
	}
}

// wrongType returns what a flag wants, if the value is of another type. It does
// not set the flag, which belongs to the analyzer.
func wrongType(f *flag.Flag, value string) (want string) {
	getter, ok := f.Value.(flag.Getter)
	if !ok {
		return ""
	}
	var err error
	switch reflect.TypeOf(getter.Get()) {
	case reflect.TypeFor[bool]():
		_, err = strconv.ParseBool(value)
		want = "true or false"
	case reflect.TypeFor[int](), reflect.TypeFor[int64]():
		_, err = strconv.ParseInt(value, 0, 64)
		want = "a whole number"
	case reflect.TypeFor[uint](), reflect.TypeFor[uint64]():
		_, err = strconv.ParseUint(value, 0, 64)
		want = "a whole number, not negative"
	case reflect.TypeFor[float64]():
		_, err = strconv.ParseFloat(value, 64)
		want = "a number"
	case reflect.TypeFor[time.Duration]():
		_, err = time.ParseDuration(value)
		want = "a duration like 1m30s"
	}
	if err == nil {
		return ""
	}
	return want
}

// checkPlugins reports references to rules of plugins that no file names.
func (l *Loader) checkPlugins(c *Config) error {
	var ps problems
	var known []string
	for _, p := range c.Plugins {
		known = append(known, p.Name)
	}
	check := func(pos Pos, ref string) {
		name, ok := plugin(ref)
		if !ok || slices.Contains(known, name) {
			return
		}
		if len(known) == 0 {
			ps.add(pos, fmt.Sprintf("%s is a rule of the plugin %q, and there are no plugins: add it to plugins", ref, name))
			return
		}
		ps.add(pos, fmt.Sprintf("there is no plugin %q for %s: %s", name, ref, suggestion(name, known)))
	}
	for _, layer := range c.layers {
		for _, r := range layer.doc.Rules {
			check(r.Pos, r.Ref)
		}
		for i, ex := range layer.doc.Exclude {
			for j, ref := range ex.Rules {
				check(layer.origin[fmt.Sprintf("exclude[%d].rules[%d]", i, j)], ref)
			}
		}
	}
	return ps.err()
}
