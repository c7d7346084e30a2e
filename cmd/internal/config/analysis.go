package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/gomend/gomend/analyzers/rule"
)

// ModelsFlag is the name of the vet tool's flag that takes [Models.String].
const ModelsFlag = "models"

// AnalysisFlags returns the vet-tool flags by which the configuration changes
// the analysis: "-RULE.SETTING=value" and "-models=…". They are sorted, since
// the go command takes the same flags in another order for another analysis.
func (c *Config) AnalysisFlags() []string {
	var flags []string
	for name, value := range c.settings() {
		if plugin, _ := pluginOf(name); plugin == "" {
			flags = append(flags, "-"+name+"="+value)
		}
	}
	if models := c.Models.String(); models != "" {
		flags = append(flags, "-"+ModelsFlag+"="+models)
	}
	slices.Sort(flags)
	return flags
}

// PluginFlags returns the flags for the plugin of the given name, sorted:
// "-RULE.SETTING=value".
func (c *Config) PluginFlags(name string) []string {
	var flags []string
	for key, value := range c.settings() {
		if plugin, rest := pluginOf(key); plugin == name {
			flags = append(flags, "-"+rest+"="+value)
		}
	}
	slices.Sort(flags)
	return flags
}

// settings returns the settings of rules by RULE.SETTING, and those of plugins'
// rules by PLUGIN.RULE.SETTING.
func (c *Config) settings() map[string]string {
	all := make(map[string]string)
	for _, l := range c.layers {
		for _, r := range l.doc.Rules {
			for key, value := range r.Settings {
				all[r.Ref+"."+key] = value
			}
		}
	}
	return all
}

// pluginOf splits PLUGIN.RULE.SETTING. The plugin is empty for RULE.SETTING.
func pluginOf(setting string) (plugin, rest string) {
	if strings.Count(setting, ".") < 2 {
		return "", setting
	}
	plugin, rest, _ = strings.Cut(setting, ".")
	return plugin, rest
}

// plugin returns the plugin that a reference to a rule names, if any.
func plugin(ref string) (name string, ok bool) {
	name, _ = rule.Split(ref)
	name, _, ok = strings.Cut(name, ".")
	return name, ok
}

// names returns the names of the rules, and of their kinds as RULE/KIND,
// sorted.
func names(rules []*rule.Rule) []string {
	known := make(map[string]bool)
	for _, r := range rules {
		known[r.Name()] = true
		for _, k := range r.Kinds {
			known[r.Name()+"/"+k.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(known))
}
