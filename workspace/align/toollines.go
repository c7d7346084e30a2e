package align

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/format"
	"go/parser"
	"go/token"
	"go/version"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// Tools is what putting tool lines in the place of tools.go files comes to.
type Tools struct {
	// Result has the go.mod files and the Go files that change or go. Its Failures are
	// modules that are left as they are, with the reason, and its Left the imports that
	// keep their files.
	*Result

	// Lines are the tool lines that are new, by module.
	Lines []ToolLine

	// Mentions are places that run or install one of the tools by its path, which goes on
	// working; "go tool" would be shorter.
	Mentions []ToolMention
}

// A ToolLine is a new tool line of a go.mod file.
type ToolLine struct {
	Module *workspace.Module
	Path   string         // of the package
	From   token.Position // the import that it replaces
}

// A ToolMention is a line that calls the go command with the path of a tool.
type ToolMention struct {
	File string // its absolute name
	Line int
	Path string // of the tool
	Text string // the line, trimmed
}

// ToolLines puts tool lines in the place of the blank imports of main packages in Go files
// that are there for nothing but such imports, in all modules whose go line is 1.24 or
// newer. A file goes if nothing is left in it. What a module requires stays as it is, but
// for comments that say what is required indirectly; a module in which it would not is left
// as it is.
func ToolLines(ctx context.Context, cfg workspace.Config, o Options) (*Tools, error) {
	a, err := begin(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	defer a.close()
	t := &tooling{alignment: a, stuck: slices.Clone(a.failures), held: make(map[*workspace.Module]error)}
	return t.run(ctx)
}

// A tooling is tool lines being made.
type tooling struct {
	*alignment
	stuck []workspace.Failure
	held  map[*workspace.Module]error // modules that stay as they are, with the reason

	lines []ToolLine
	left  []Left
}

// run makes the lines of all modules that may have them, until all can be loaded.
func (t *tooling) run(ctx context.Context) (*Tools, error) {
	var before *loaded
	for {
		if err := t.round(ctx); err != nil {
			return nil, err
		}
		r, err := t.collect(ctx)
		if err != nil {
			return nil, err
		}
		r.Left = append(r.Left, t.left...)
		if len(t.lines) == 0 {
			return &Tools{Result: r}, nil
		}
		if before == nil {
			if before, err = t.look(ctx, ""); err != nil {
				return nil, err
			}
		}
		overlay, err := t.writeOverlay(t.dir, r.Changes, nil)
		if err != nil {
			return nil, err
		}
		t.o.Step("loading the modules with the changes")
		after, err := t.look(ctx, overlay)
		if err != nil {
			return nil, err
		}
		r.Worse = before.worse(after)
		held := false
		for _, w := range r.Worse {
			for _, line := range t.lines {
				if line.Module.Name() == w.Module && t.held[line.Module] == nil {
					t.held[line.Module] = fmt.Errorf("with tool lines, it can't be loaded any more: %s", w.Detail)
					held = true
				}
			}
		}
		if held {
			continue
		}
		if err := t.vendor(ctx, r); err != nil {
			return nil, err
		}
		tools := &Tools{Result: r, Lines: t.lines}
		tools.Mentions, err = mentions(ctx, t.w.Root, t.lines)
		return tools, err
	}
}

// round makes all changes anew.
func (t *tooling) round(ctx context.Context) error {
	t.failures, t.lines, t.left = slices.Clone(t.stuck), nil, nil
	for _, m := range t.order() {
		t.files[m].reset()
		delete(t.sources, m)
		if version.Compare("go"+m.GoVersion(), "go1.24") < 0 {
			continue
		}
		if err := t.held[m]; err != nil {
			t.fail(m, err)
			continue
		}
		lines, err := t.module(ctx, m)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			t.fail(m, err)
			continue
		}
		t.lines = append(t.lines, lines...)
	}
	return nil
}

// module makes the lines of a module.
func (t *tooling) module(ctx context.Context, m *workspace.Module) ([]ToolLine, error) {
	files, err := t.toolFiles(m)
	if err != nil || len(files) == 0 {
		return nil, err
	}
	t.o.Step("looking at the tools of " + m.Name())
	names, err := t.packageNames(ctx, m, files)
	if err != nil {
		return nil, err
	}
	var lines []ToolLine
	var left []Left
	for _, f := range files {
		var drop []*ast.ImportSpec
		for _, spec := range f.syntax.Imports {
			path := importPath(spec)
			if name := names[path]; name != "main" {
				left = append(left, Left{fmt.Sprintf("%s: %s", f.fset.Position(spec.Pos()), path), notMain(name)})
				continue
			}
			drop = append(drop, spec)
			if !slices.ContainsFunc(lines, func(l ToolLine) bool { return l.Path == path }) {
				lines = append(lines, ToolLine{m, path, f.fset.Position(spec.Pos())})
			}
		}
		if len(drop) > 0 {
			content, err := f.without(drop)
			if err != nil {
				return nil, err
			}
			t.sources[m] = append(t.sources[m], Change{f.name, f.content, content})
		}
	}
	if len(lines) == 0 {
		t.left = append(t.left, left...)
		return nil, nil
	}
	err = t.files[m].edit(func(f *modfile.File) error {
		for _, line := range lines {
			if err := f.AddTool(line.Path); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	t.o.Step("tidying " + m.Name())
	if err := t.tidyOne(ctx, m); err != nil {
		return nil, err
	}
	if err := sameRequires(m.File, t.files[m].file()); err != nil {
		return nil, err
	}
	t.left = append(t.left, left...)
	return lines, nil
}

func notMain(name string) error {
	if name == "" {
		return fmt.Errorf("the package can't be loaded")
	}
	return fmt.Errorf("it is no program")
}

// sameRequires returns an error if a go.mod file requires other versions than another.
func sameRequires(before, after *modfile.File) error {
	old, now := versions(before), versions(after)
	for path := range keys(old, now) {
		if old[path] != now[path] {
			return fmt.Errorf("with tool lines, %s would change from %q to %q: run \"go mod tidy\" first", path, old[path], now[path])
		}
	}
	return nil
}

// packageNames returns the names of the packages that files import, by path.
func (t *tooling) packageNames(ctx context.Context, m *workspace.Module, files []*toolFile) (map[string]string, error) {
	args := []string{"-e", "-json=ImportPath,Name"}
	paths := make(map[string]bool)
	for _, f := range files {
		for _, spec := range f.syntax.Imports {
			paths[importPath(spec)] = true
		}
	}
	args = append(args, "--")
	args = append(args, slices.Sorted(maps.Keys(paths))...)
	names := make(map[string]string)
	for p, err := range gocmd.Decode[struct{ ImportPath, Name string }](ctx, t.goCommand(m), "list", args...) {
		if err != nil {
			return nil, err
		}
		names[p.ImportPath] = p.Name
	}
	return names, nil
}

// A toolFile is a Go file that is there for its blank imports.
type toolFile struct {
	name    string
	content []byte
	fset    *token.FileSet
	syntax  *ast.File
}

// toolFiles returns the files of a module that are there for their blank imports.
func (a *alignment) toolFiles(m *workspace.Module) ([]*toolFile, error) {
	var all []*toolFile
	err := filepath.WalkDir(m.Dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name == m.Dir {
				return nil
			}
			if base := d.Name(); base == "vendor" || workspace.Overlooked(base) {
				return filepath.SkipDir
			}
			if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		content, err := a.base.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if f := parseToolFile(name, content); f != nil {
			all = append(all, f)
		}
		return nil
	})
	return all, err
}

// parseToolFile returns nil if the file is there for something else.
func parseToolFile(name string, content []byte) *toolFile {
	if !bytes.Contains(content, []byte("build ")) || !bytes.Contains(content, []byte(`_ "`)) {
		return nil
	}
	f := &toolFile{name: name, content: content, fset: token.NewFileSet()}
	var err error
	if f.syntax, err = parser.ParseFile(f.fset, name, content, parser.ParseComments|parser.SkipObjectResolution); err != nil {
		return nil
	}
	for _, d := range f.syntax.Decls {
		if d, ok := d.(*ast.GenDecl); !ok || d.Tok != token.IMPORT {
			return nil
		}
	}
	for _, spec := range f.syntax.Imports {
		if spec.Name == nil || spec.Name.Name != "_" {
			return nil
		}
	}
	for _, group := range f.syntax.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "//go:generate") {
				return nil // the file has more to say
			}
		}
	}
	if len(f.syntax.Imports) == 0 || !f.neverBuilt() {
		return nil
	}
	return f
}

// neverBuilt reports whether the file asks for a tag that keeps it out of all builds.
func (f *toolFile) neverBuilt() bool {
	tag := ""
	for _, group := range f.syntax.Comments {
		if group.Pos() > f.syntax.Package {
			break
		}
		for _, c := range group.List {
			if !constraint.IsGoBuild(c.Text) && !constraint.IsPlusBuild(c.Text) {
				continue
			}
			expr, err := constraint.Parse(c.Text)
			t, ok := expr.(*constraint.TagExpr)
			if err != nil || !ok || tag != "" && t.Tag != tag {
				return false
			}
			tag = t.Tag
		}
	}
	return tag == "ignore" || tag == "never" || tag == "none" || strings.Contains(tag, "tool")
}

// without returns the content of the file without some of its imports, or nil if nothing
// is left.
func (f *toolFile) without(drop []*ast.ImportSpec) ([]byte, error) {
	if len(drop) == len(f.syntax.Imports) {
		return nil, nil
	}
	content := slices.Clone(f.content)
	blank := func(from, to token.Pos) {
		start, end := f.fset.Position(from).Offset, f.fset.Position(to).Offset
		if rest := bytes.TrimLeft(f.content[end:], " \t"); len(rest) > 0 && rest[0] == '\n' {
			end = len(f.content) - len(rest) + 1
		}
		for i := start; i < end; i++ {
			content[i] = 0
		}
	}
	for _, d := range f.syntax.Decls {
		decl := d.(*ast.GenDecl)
		left := slices.DeleteFunc(slices.Clone(decl.Specs), func(s ast.Spec) bool { return slices.Contains(drop, s.(*ast.ImportSpec)) })
		if len(left) == 0 {
			from := decl.Pos()
			if decl.Doc != nil {
				from = decl.Doc.Pos()
			}
			blank(from, decl.End())
			continue
		}
		for _, s := range decl.Specs {
			spec := s.(*ast.ImportSpec)
			if !slices.Contains(drop, spec) {
				continue
			}
			from, to := spec.Pos(), spec.End()
			if spec.Doc != nil {
				from = spec.Doc.Pos()
			}
			if spec.Comment != nil {
				to = spec.Comment.End()
			}
			blank(from, to)
		}
	}
	out, err := format.Source(bytes.ReplaceAll(content, []byte{0}, nil))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	return out, nil
}

func importPath(spec *ast.ImportSpec) string {
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return "" // the parser has refused it
	}
	return path
}
