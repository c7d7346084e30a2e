package affected

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A matcher is a compiled [Input].
type matcher struct {
	input    Input
	packages []*regexp.Regexp // nil for every package
}

func compile(inputs []Input) ([]matcher, error) {
	var matchers []matcher
	for _, in := range inputs {
		for elem := range strings.SplitSeq(in.Files, "/") {
			if _, err := path.Match(elem, ""); err != nil || in.Files == "" {
				return nil, fmt.Errorf("the input pattern %q is malformed: write it as for path.Match", in.Files)
			}
		}
		m := matcher{input: in}
		for _, p := range in.Packages {
			m.packages = append(m.packages, wildcard(p))
		}
		matchers = append(matchers, m)
	}
	return matchers, nil
}

// wildcard compiles an import path with "...". At the end, "/..." matches nothing
// too.
func wildcard(text string) *regexp.Regexp {
	text, tail := strings.CutSuffix(text, "/...")
	expr := strings.ReplaceAll(regexp.QuoteMeta(text), `\.\.\.`, `.*`)
	if tail {
		expr += "(/.*)?"
	}
	return regexp.MustCompile("^" + expr + "$")
}

func (m *matcher) concerns(importPath string) bool {
	return m.packages == nil || slices.ContainsFunc(m.packages, func(re *regexp.Regexp) bool { return re.MatchString(importPath) })
}

func (m *matcher) matches(rel string) bool {
	return matchPath(strings.Split(m.input.Files, "/"), strings.Split(rel, "/"))
}

// matchPath matches elements of a path with those of a pattern, of which "**" stands
// for any number.
func matchPath(pattern, elems []string) bool {
	for i, p := range pattern {
		if p == "**" {
			for j := i; j <= len(elems); j++ {
				if matchPath(pattern[i+1:], elems[j:]) {
					return true
				}
			}
			return false
		}
		if i == len(elems) {
			return false
		}
		if ok, err := path.Match(p, elems[i]); err != nil || !ok {
			return false
		}
	}
	return len(pattern) == len(elems)
}

// state returns what the input marks.
func (m *matcher) state() state {
	switch m.input.Effect {
	case Tests:
		return tests
	case OtherPlatforms:
		return archiveElsewhere
	}
	return archive
}
