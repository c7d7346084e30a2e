package config

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
)

// A Config is what is in force: the defaults, with policies, the file and flags
// applied in this order. Lists of a later one replace those of an earlier one
// for Platforms and Tags, and are added to them elsewhere.
type Config struct {
	// Dir is the folder of the configuration file, to which the paths in
	// it are relative, or empty if there is no file.
	Dir string

	// Sources are the files that were read, the nearest first.
	Sources []Source

	Confidence rule.Confidence
	FailOn     rule.Severity

	// Generated tells whether findings in generated files are reported.
	Generated bool

	// Platforms are GOOS/GOARCH pairs; empty means that of the go command.
	Platforms []string

	Tags        []string
	Unbuildable []Unbuildable
	Models      Models

	// Plugins have different names. Their paths are absolute.
	Plugins []Plugin

	// Recipes are the fixers of the team's own. They have different names.
	Recipes []Recipe

	// Vuln is what is made of vulnerabilities. The acceptances and statements are those of all files.
	Vuln Vuln

	// Profile is what is made of changes of profiles. The rows are those of all files, the nearest
	// last.
	Profile Profile

	// Baseline is the path of the baseline file, or empty. It is absolute
	// if the configuration file's is.
	Baseline string

	// layers are the documents that rules and exclusions come from, the
	// weakest first.
	layers []*layer

	// origin says where the values come from that are not defaults, by
	// their path in the file.
	origin map[string]string
}

// A Source is a configuration file that was read.
type Source struct {
	// Name is the file, or MODULE@VERSION/gomend.yaml for a policy.
	Name string `json:"name"`

	// Sum is the checksum of a policy's module, as in go.sum.
	Sum string `json:"sum,omitempty"`
}

// A layer is one document on its way into a Config.
type layer struct {
	doc    *document
	origin map[string]Pos
	source Source
	flag   string // the flag that the values come from, if it is no file
}

func defaults() *Config {
	return &Config{
		Confidence: rule.High,
		FailOn:     rule.Warning,
		origin:     make(map[string]string),
	}
}

// apply puts what the layer says over what c holds.
func (c *Config) apply(l *layer) {
	d := l.doc
	set(&c.Confidence, d.Confidence)
	set(&c.FailOn, d.FailOn)
	if d.Generated != "" {
		c.Generated = d.Generated == "report"
	}
	if d.Platforms != nil {
		c.Platforms = d.Platforms
		c.forget("platforms[")
	}
	if d.Tags != nil {
		c.Tags = d.Tags
		c.forget("tags[")
	}
	if d.Baseline != "" {
		c.Baseline = c.path(d.Baseline)
	}
	c.Unbuildable = append(c.Unbuildable, d.Unbuildable...)
	c.Models = c.Models.with(d.Models)
	for _, p := range d.Plugins {
		c.addPlugin(p)
	}
	for i, r := range d.Fix.Recipes {
		r.code = l.origin[fmt.Sprintf("fix.recipes[%d].template", i)]
		c.addRecipe(r)
	}
	set(&c.Vuln.FailOn, d.Vuln.FailOn)
	c.Vuln.Accept = append(c.Vuln.Accept, d.Vuln.Accept...)
	for _, name := range d.Vuln.VEX {
		c.Vuln.VEX = append(c.Vuln.VEX, c.path(name))
	}
	set(&c.Profile.Threshold, d.Profile.Threshold)
	set(&c.Profile.MinShare, d.Profile.MinShare)
	set(&c.Profile.Level, d.Profile.Level)
	set(&c.Profile.AllocThreshold, d.Profile.AllocThreshold)
	if d.Profile.Gate != nil {
		c.Profile.Gate = d.Profile.Gate
		c.forget("profile.gate[")
	}
	c.Profile.Rows = append(c.Profile.Rows, d.Profile.Rows...)
	c.layers = append(c.layers, l)
	for path, pos := range l.origin {
		c.origin[path] = l.whence(pos)
	}
	if l.flag == "" {
		c.Sources = slices.Insert(c.Sources, 0, l.source)
	}
}

func set[T ~string](field *T, value T) {
	if value != "" {
		*field = value
	}
}

// path returns a path of the configuration file relative to the current
// directory, or absolute.
func (c *Config) path(p string) string {
	if p = filepath.FromSlash(p); filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.Dir, p)
}

// forget drops the origins of a list that is replaced.
func (c *Config) forget(prefix string) {
	maps.DeleteFunc(c.origin, func(path, _ string) bool {
		return len(path) > len(prefix) && path[:len(prefix)] == prefix
	})
}

func (c *Config) addPlugin(p Plugin) {
	if p.Severity == "" {
		p.Severity = rule.Warning
	}
	if p.Path != "" {
		p.Path = c.path(p.Path)
	}
	i := slices.IndexFunc(c.Plugins, func(q Plugin) bool { return q.Name == p.Name })
	if i >= 0 {
		c.Plugins[i] = p
		return
	}
	c.Plugins = append(c.Plugins, p)
}

// whence says where a value of the layer comes from.
func (l *layer) whence(pos Pos) string {
	if l.flag != "" {
		return "flag " + l.flag
	}
	return pos.String()
}

// Policy returns how findings are reported. The root is the folder to which the
// findings' file names are relative; it is absolute, like the name of the file
// that was loaded.
func (c *Config) Policy(root string) *finding.Policy {
	p := &finding.Policy{Confidence: c.Confidence, Generated: c.Generated}
	prefix := c.prefix(root)
	for _, l := range c.layers {
		p.Settings = append(p.Settings, l.settings(prefix)...)
		for _, ex := range l.doc.Exclude {
			p.Exclusions = append(p.Exclusions, finding.Exclusion{
				Paths:  under(prefix, ex.Paths),
				Rules:  ex.Rules,
				Reason: ex.Reason,
				Until:  ex.Until,
				File:   relative(root, ex.File),
				Line:   ex.Line,
			})
		}
	}
	return p
}

// settings returns what the layer says of rules, the weaker first: of a rule
// before of its kinds, and of all files before of some.
func (l *layer) settings(prefix string) []finding.Setting {
	var general, special, overrides, specialOverrides []finding.Setting
	for _, r := range l.doc.Rules {
		g, o := &general, &overrides
		if _, kind := rule.Split(r.Ref); kind != "" {
			g, o = &special, &specialOverrides
		}
		*g = append(*g, finding.Setting{Ref: r.Ref, Switch: r.Report, Severity: r.Severity})
		for _, over := range r.Overrides {
			*o = append(*o, finding.Setting{
				Ref: r.Ref, Paths: under(prefix, over.Paths), Switch: over.Report, Severity: over.Severity,
			})
		}
	}
	return slices.Concat(general, special, overrides, specialOverrides)
}

// prefix returns the slash-separated path from root to the configuration.
func (c *Config) prefix(root string) string {
	if c.Dir == "" {
		return "."
	}
	return relative(root, c.Dir)
}

// relative returns the slash-separated path from root to name, or name if there
// is none: a policy's name is no path of this machine.
func relative(root, name string) string {
	if rel, err := filepath.Rel(root, name); err == nil {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(name)
}
