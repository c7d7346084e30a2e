package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/workspace/affected"
)

// Inputs are the files of a configuration that packages depend on.
type Inputs struct {
	// Rules are those of all files, a policy's before those of what extends it.
	Rules []affected.Input

	// Patterns are the patterns of packages in the rules.
	Patterns []PackagePattern
}

// A PackagePattern is a pattern of packages as it stands in a file.
type PackagePattern struct {
	Pos
	Text string

	folder string // in which the configuration is, relative to the code base
}

// Inputs returns which files packages depend on. The root is that of the code base, to
// which the rules' files and directories are relative; it is absolute, like the name of
// the file that was loaded.
func (c *Config) Inputs(root string) *Inputs {
	all := new(Inputs)
	prefix := c.prefix(root)
	for _, l := range c.layers {
		for i, in := range l.doc.Inputs {
			var patterns []PackagePattern
			for j, text := range in.Packages {
				pos := l.origin[fmt.Sprintf("inputs[%d].packages[%d]", i, j)]
				patterns = append(patterns, PackagePattern{pos, text, prefix})
			}
			all.Patterns = append(all.Patterns, patterns...)
			all.Rules = append(all.Rules, in.rule(under(prefix, in.Files), patterns))
		}
	}
	return all
}

// rule returns the input with patterns that are relative to the root.
func (in *Input) rule(files []string, packages []PackagePattern) affected.Input {
	r := affected.Input{
		Reason: in.Reason,
		Files: func(name string) bool {
			return slices.ContainsFunc(files, func(p string) bool { return finding.MatchPath(p, name) })
		},
		Packages: func(importPath, dir string) bool {
			return slices.ContainsFunc(packages, func(p PackagePattern) bool { return p.Names(importPath, dir) })
		},
	}
	if in.Effect == "tests" {
		r.Effect = affected.Tests
	}
	return r
}

// Names reports whether the pattern names the package of the given import path in the
// folder dir, which is relative to the root of the code base, with slashes.
func (p *PackagePattern) Names(importPath, dir string) bool {
	if p.folder == "." {
		return namesPackage(p.Text, importPath, dir)
	}
	local, below := strings.CutPrefix(dir+"/", p.folder+"/")
	if !below {
		relative := p.Text == "." || strings.HasPrefix(p.Text, "./")
		return !relative && matchPattern(p.Text, importPath)
	}
	if local = strings.TrimSuffix(local, "/"); local == "" {
		local = "."
	}
	return namesPackage(p.Text, importPath, local)
}
