package affected

import (
	"bytes"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
)

// An embedder is a Go file that embeds other files.
type embedder struct {
	pkg      *pkg
	file     string // its name
	patterns []string
}

// matches reports whether the file embeds the one named rel, if that exists.
func (e *embedder) matches(rel string) bool {
	name, ok := strings.CutPrefix(rel, strings.TrimPrefix(e.pkg.rel+"/", "./"))
	return ok && slices.ContainsFunc(e.patterns, func(p string) bool { return embeds(p, name) })
}

// embeds reports whether a pattern of a //go:embed line matches the file, or a
// directory that it is in. Of a directory, what begins with a dot or an underscore
// counts only with the prefix "all:".
func embeds(pattern, name string) bool {
	pattern, all := strings.CutPrefix(pattern, "all:")
	for end := len(name); end > 0; end = strings.LastIndexByte(name[:end], '/') {
		if ok, err := path.Match(pattern, name[:end]); err != nil || !ok {
			continue
		}
		return all || !slices.ContainsFunc(strings.Split(name[end:], "/"), hidden)
	}
	return false
}

// embedPatterns returns the patterns of the //go:embed lines in a Go file. Lines
// that only look like it, in a string, say, are taken for some.
func embedPatterns(src []byte) []string {
	var patterns []string
	for _, d := range directives(src, "embed") {
		args, err := d.ParseArgs()
		if err != nil {
			continue // the compiler refuses it
		}
		for _, a := range args {
			patterns = append(patterns, a.Arg)
		}
	}
	return patterns
}

// directives returns the lines "//go:NAME ..." in a Go file.
func directives(src []byte, name string) []ast.Directive {
	prefix := []byte("//go:" + name)
	if !bytes.Contains(src, prefix) {
		return nil
	}
	var found []ast.Directive
	for line := range bytes.Lines(src) {
		line = bytes.TrimSpace(line)
		if !bytes.HasPrefix(line, prefix) {
			continue
		}
		if d, ok := ast.ParseDirective(token.NoPos, string(line)); ok && d.Name == name {
			found = append(found, d)
		}
	}
	return found
}

// findEmbedders finds the files of a side that embed others.
func (c *comparison) findEmbedders(s *snapshot) error {
	for _, p := range s.packages {
		for name, r := range p.files {
			if !p.mayEmbed(r) {
				continue
			}
			patterns, err := c.embedsOf(s, path.Join(p.rel, name))
			if err != nil {
				return err
			}
			if len(patterns) > 0 {
				s.embedders = append(s.embedders, embedder{p, name, patterns})
			}
		}
	}
	return nil
}

// mayEmbed reports whether files of the role could embed others, which they can't
// without an import of the package embed. What is imported by files that are left
// out on this platform is not known.
func (p *pkg) mayEmbed(r role) bool {
	switch r {
	case source:
		return slices.Contains(p.Imports, "embed")
	case test:
		return slices.Contains(p.TestImports, "embed") || slices.Contains(p.XTestImports, "embed")
	}
	return true
}

// embedsOf returns the patterns of a file. One that is the same on both sides is
// read once.
func (c *comparison) embedsOf(s *snapshot, rel string) ([]string, error) {
	if patterns, ok := c.embeds[rel]; ok && !c.differ[rel].content {
		return patterns, nil
	}
	f, err := s.read(rel)
	if err != nil {
		return nil, err
	}
	patterns := embedPatterns(f.data)
	c.embeds[rel] = patterns
	return patterns, nil
}
