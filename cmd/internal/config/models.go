package config

import (
	"path"
	"slices"
	"strings"
)

// under returns patterns of a configuration file as patterns relative to the
// folder that the prefix starts from.
func under(prefix string, patterns []string) []string {
	out := make([]string, len(patterns))
	for i, p := range patterns {
		out[i] = path.Join(prefix, p)
	}
	return out
}

// with returns the models with more added.
func (m Models) with(more Models) Models {
	return Models{
		Blocks:          union(m.Blocks, more.Blocks),
		Releases:        union(m.Releases, more.Releases),
		TakesOver:       union(m.TakesOver, more.TakesOver),
		EndsWithContext: union(m.EndsWithContext, more.EndsWithContext),
		NeverReturns:    union(m.NeverReturns, more.NeverReturns),
	}
}

// union returns the elements of both lists, each once and in order.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// String returns the models in the form in which they travel to the analysis:
//
//	blocks=example.com/x.F,example.com/y.G;releases=example.com/x.(*T).Put
//
// Functions and lists are sorted, so that equal models are equal strings, and
// what is empty is left out.
func (m Models) String() string {
	var parts []string
	for _, list := range m.lists() {
		if len(list.functions) > 0 {
			parts = append(parts, list.key+"="+strings.Join(union(list.functions, nil), ","))
		}
	}
	return strings.Join(parts, ";")
}

type modelList struct {
	key       string
	functions []string
}

func (m Models) lists() []modelList {
	return []modelList{
		{"blocks", m.Blocks},
		{"ends-with-context", m.EndsWithContext},
		{"never-returns", m.NeverReturns},
		{"releases", m.Releases},
		{"takes-over", m.TakesOver},
	}
}
