package config

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/gomend/gomend/fixers/fix"
)

// Override replaces the value of a top-level key that holds a word or a list of
// words by what a flag says. The flag's name stands in errors and in
// [Config.Entries]. A path must be absolute, or it is relative to [Config.Dir].
func (c *Config) Override(key, flag string, values ...string) error {
	doc := new(document)
	v := reflect.ValueOf(doc).Elem()
	f, ok := findField(fieldsOf(v.Type()), key)
	if !ok {
		return fmt.Errorf("%s: there is no key %q in %s", flag, key, FileName)
	}
	field := v.Field(f.index)
	node := &yaml.Node{Kind: yaml.SequenceNode}
	for _, value := range values {
		node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: value, Style: yaml.DoubleQuotedStyle})
	}
	if field.Kind() != reflect.Slice && len(node.Content) == 1 {
		node = node.Content[0]
	}
	d := decoder{origin: make(map[string]Pos)}
	d.value(node, field, key, f.tag)
	if len(d.all) > 0 {
		return fmt.Errorf("%s: %s", flag, d.all[0].Message)
	}
	c.apply(&layer{doc: doc, origin: d.origin, flag: flag})
	return nil
}

// An Entry is one value that is in force.
type Entry struct {
	// Key is the value's path in the file, as in "rules.timerleak.severity"
	// or "platforms[0]".
	Key   string `json:"key"`
	Value string `json:"value"`

	// Origin is the position in a file, "flag NAME" or "default".
	Origin string `json:"origin"`
}

// Entries returns all that is in force and where each value comes from, in the
// order of the file's documentation, and by name within maps.
func (c *Config) Entries() []Entry {
	generated := "skip"
	if c.Generated {
		generated = "report"
	}
	all := []Entry{
		c.entry("confidence", string(c.Confidence)),
		c.entry("fail-on", string(c.FailOn)),
	}
	all = append(all, c.ruleEntries()...)
	all = append(all, c.exclusionEntries()...)
	all = append(all, c.entry("generated", generated))
	all = append(all, c.listEntries("platforms", c.Platforms)...)
	all = append(all, c.listEntries("tags", c.Tags)...)
	for i, u := range c.Unbuildable {
		all = append(all, Entry{
			Key:    fmt.Sprintf("unbuildable[%d]", i),
			Value:  describe(u.Packages, u.Platforms, u.Reason, u.Until),
			Origin: u.Pos.String(),
		})
	}
	all = append(all, c.edgeEntries()...)
	all = append(all, c.inputEntries()...)
	all = append(all, c.modelEntries()...)
	for i, p := range c.Plugins {
		all = append(all, Entry{
			Key:    fmt.Sprintf("plugins[%d]", i),
			Value:  fmt.Sprintf("%s: %s (%s)", p.Name, cmp.Or(p.Path, "go tool "+p.Tool), p.Severity),
			Origin: p.Pos.String(),
		})
	}
	for i, r := range c.Recipes {
		all = append(all, Entry{
			Key:    fmt.Sprintf("fix.recipes[%d]", i),
			Value:  describe([]string{r.Name}, []string{string(cmp.Or(r.Tier, fix.Suggestion))}, r.Summary, ""),
			Origin: r.Pos.String(),
		})
	}
	if c.Vuln.FailOn != "" {
		all = append(all, c.entry("vuln.fail-on", c.Vuln.FailOn))
	}
	all = append(all, c.listEntries("vuln.vex", c.Vuln.VEX)...)
	for i, v := range c.Vuln.Accept {
		all = append(all, Entry{
			Key:    fmt.Sprintf("vuln.accept[%d]", i),
			Value:  describe([]string{v.Advisory}, v.Modules, v.Reason+", "+v.Owner, v.Until),
			Origin: v.Pos.String(),
		})
	}
	for _, setting := range []struct{ key, value string }{
		{"threshold", c.Profile.Threshold},
		{"min-share", c.Profile.MinShare},
		{"level", c.Profile.Level},
		{"alloc-threshold", c.Profile.AllocThreshold},
	} {
		if setting.value != "" {
			all = append(all, c.entry("profile."+setting.key, setting.value))
		}
	}
	all = append(all, c.listEntries("profile.gate", c.Profile.Gate)...)
	for i, rows := range c.Profile.Rows {
		all = append(all, Entry{
			Key:    fmt.Sprintf("profile.rows[%d]", i),
			Value:  describe(rows.Names, nil, rows.Threshold+": "+rows.Reason, ""),
			Origin: rows.Pos.String(),
		})
	}
	if c.Baseline != "" {
		all = append(all, c.entry("baseline", c.Baseline))
	}
	return all
}

func (c *Config) entry(key, value string) Entry {
	return Entry{key, value, cmp.Or(c.origin[key], "default")}
}

func (c *Config) listEntries(key string, values []string) []Entry {
	var all []Entry
	for i, v := range values {
		all = append(all, c.entry(fmt.Sprintf("%s[%d]", key, i), v))
	}
	return all
}

// ruleEntries returns the last word on each value of a rule, and all overrides.
func (c *Config) ruleEntries() []Entry {
	values := make(map[string]Entry)
	put := func(l *layer, key, value string) {
		if value != "" {
			values[key] = Entry{key, value, l.whence(l.origin[key])}
		}
	}
	overrides := make(map[string]int)
	for _, l := range c.layers {
		for _, r := range l.doc.Rules {
			path := "rules." + r.Ref
			put(l, path+".report", string(r.Report))
			put(l, path+".severity", string(r.Severity))
			for key, value := range r.Settings {
				put(l, path+".settings."+key, value)
			}
			for _, over := range r.Overrides {
				key := fmt.Sprintf("%s.overrides[%d]", path, overrides[path])
				overrides[path]++
				what := []string{string(over.Report), string(over.Severity)}
				values[key] = Entry{key, describe(over.Paths, what, "", ""), over.Pos.String()}
			}
		}
	}
	var all []Entry
	for _, key := range slices.Sorted(maps.Keys(values)) {
		all = append(all, values[key])
	}
	return all
}

func (c *Config) exclusionEntries() []Entry {
	var all []Entry
	for _, l := range c.layers {
		for _, ex := range l.doc.Exclude {
			all = append(all, Entry{
				Key:    fmt.Sprintf("exclude[%d]", len(all)),
				Value:  describe(ex.Paths, ex.Rules, ex.Reason, ex.Until),
				Origin: ex.Pos.String(),
			})
		}
	}
	return all
}

func (c *Config) edgeEntries() []Entry {
	var all []Entry
	for _, l := range c.layers {
		for i := range l.doc.Edges {
			e := &l.doc.Edges[i]
			all = append(all, Entry{
				Key:    fmt.Sprintf("edges[%d]", len(all)),
				Value:  e.describe(),
				Origin: e.Pos.String(),
			})
		}
	}
	return all
}

func (c *Config) inputEntries() []Entry {
	var all []Entry
	for _, l := range c.layers {
		for _, in := range l.doc.Inputs {
			text := strings.Join(in.Files, ", ") + " to " + strings.Join(in.Packages, ", ")
			all = append(all, Entry{
				Key:    fmt.Sprintf("inputs[%d]", len(all)),
				Value:  describe([]string{text}, []string{in.Effect}, in.Reason, ""),
				Origin: in.Pos.String(),
			})
		}
	}
	return all
}

func (c *Config) modelEntries() []Entry {
	var all []Entry
	for _, list := range c.Models.lists() {
		for i, fn := range list.functions {
			all = append(all, Entry{
				Key:    fmt.Sprintf("models.%s[%d]", list.key, i),
				Value:  fn,
				Origin: c.modelOrigin(list.key, fn),
			})
		}
	}
	return all
}

// modelOrigin returns where it was first said that a function is in a list.
func (c *Config) modelOrigin(key, fn string) string {
	for _, l := range c.layers {
		for _, list := range l.doc.Models.lists() {
			if i := slices.Index(list.functions, fn); list.key == key && i >= 0 {
				return l.whence(l.origin[fmt.Sprintf("models.%s[%d]", key, i)])
			}
		}
	}
	return "default"
}

// describe returns in one line what applies to what, and why.
func describe(subjects, qualifiers []string, reason, until string) string {
	text := strings.Join(subjects, ", ")
	qualifiers = slices.DeleteFunc(slices.Clone(qualifiers), func(s string) bool { return s == "" })
	if len(qualifiers) > 0 {
		text += " [" + strings.Join(qualifiers, ", ") + "]"
	}
	if reason != "" {
		text += ": " + reason
	}
	if until != "" {
		text += " (until " + until + ")"
	}
	return text
}
