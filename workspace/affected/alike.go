package affected

import (
	"context"
	"errors"
	"fmt"
	"go/build"
	"path"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace"
)

// loadAlike finds the packages of the base where no module file differs, and all can
// be loaded at the head: they are those of the head but for directories with other
// Go files, and these can be read as the go command would. It saves a third of the
// time.
func (c *comparison) loadAlike() error {
	b, h := c.base, c.head
	b.reset(h.selection)
	dirs := c.changedDirs()
	for _, p := range h.packages {
		m := b.modules[p.Module.Rel]
		if m == nil && outside(p.rel) {
			m = p.Module // outside of the repository, too: git tells nothing of it
		} else if m == nil || dirs[p.rel] {
			continue
		}
		same := *p.Package
		same.Dir, same.Module = b.file(p.rel), m
		b.add(&pkg{Package: &same, rel: p.rel, unit: p.unit})
	}
	for dir := range dirs {
		if p := b.place(dir); p != nil && b.byDir[dir] == nil && c.build.read(p) {
			b.add(p)
		}
	}
	if err := b.addElsewhere(); err != nil {
		return err
	}
	slices.SortFunc(b.packages, (*pkg).compare)
	return nil
}

// outside reports whether a path relative to the root leads out of it, as that of a
// module may that go.work lists.
func outside(rel string) bool { return rel == ".." || strings.HasPrefix(rel, "../") }

// sound reports whether everything can be loaded.
func (s *snapshot) sound() bool {
	return len(s.selection.Failures) == 0 &&
		!slices.ContainsFunc(s.packages, func(p *pkg) bool { return len(p.Errors) > 0 })
}

// changedDirs returns the directories whose Go files differ, or where the base lacks
// some that git does not know.
func (c *comparison) changedDirs() map[string]bool {
	dirs := make(map[string]bool)
	known := make(map[string]bool)
	for _, rel := range c.base.tree.files {
		known[rel] = true
	}
	for rel, p := range c.head.owners {
		if !known[rel] && !(outside(rel) && c.on(c.base, rel)) {
			dirs[p.rel] = true
		}
	}
	for _, rel := range c.changed {
		if strings.HasSuffix(rel, ".go") {
			dirs[path.Dir(rel)] = true
		}
	}
	return dirs
}

// A buildContext tells which files the go command builds.
type buildContext struct{ build.Context }

// buildContext asks the go command of the head for its context.
func (s *snapshot) buildContext(ctx context.Context) (*buildContext, error) {
	if len(s.selection.Units) == 0 {
		return &buildContext{build.Default}, nil // nothing can be loaded
	}
	fields := []string{"{{context.GOOS}}", "{{context.GOARCH}}", "{{context.CgoEnabled}}", "{{context.Compiler}}"}
	for _, tags := range []string{"BuildTags", "ToolTags", "ReleaseTags"} {
		fields = append(fields, `{{join context.`+tags+` ","}}`)
	}
	out, err := s.goCommand(s.selection.Units[0]).Output(ctx, "list", "-e", "-f", strings.Join(fields, ";"), "unsafe")
	if err != nil {
		return nil, err
	}
	values := strings.Split(strings.TrimSpace(string(out)), ";")
	if len(values) != len(fields) {
		return nil, fmt.Errorf("go list told an unexpected build context: %q", out)
	}
	return &buildContext{build.Context{
		GOOS: values[0], GOARCH: values[1], CgoEnabled: values[2] == "true", Compiler: values[3],
		BuildTags: tags(values[4]), ToolTags: tags(values[5]), ReleaseTags: tags(values[6]),
	}}, nil
}

func tags(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

// read fills in what the files in the package's directory tell, and reports whether
// any is built on this platform. What is wrong with a file does not matter, since a
// file in the directory differs.
func (b *buildContext) read(p *pkg) bool {
	read, err := b.ImportDir(p.Dir, 0)
	var none *build.NoGoError
	if errors.As(err, &none) || read == nil || len(read.GoFiles)+len(read.CgoFiles)+len(read.TestGoFiles)+len(read.XTestGoFiles) == 0 {
		return false
	}
	p.Package = &workspace.Package{
		ImportPath: p.ImportPath, Name: read.Name, Dir: p.Dir, Module: p.Module,
		GoFiles: read.GoFiles, CgoFiles: read.CgoFiles, IgnoredGoFiles: read.IgnoredGoFiles,
		TestGoFiles: read.TestGoFiles, XTestGoFiles: read.XTestGoFiles,
		Imports: read.Imports, TestImports: read.TestImports, XTestImports: read.XTestImports,
	}
	return true
}

// builds reports whether the file is for this platform, by its name and its
// constraint. A file that can't be read is.
func (b *buildContext) builds(s *snapshot, rel string) bool {
	ok, err := b.MatchFile(s.file(path.Dir(rel)), path.Base(rel))
	return ok || err != nil
}
