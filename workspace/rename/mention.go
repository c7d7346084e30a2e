package rename

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/packages"
)

// knownMethods are methods that packages of the standard library, and some others, look for
// at run time, with who does. Nothing fails to compile without them.
var knownMethods = map[string]string{
	"String": "fmt", "GoString": "fmt", "Format": "fmt", "Scan": "fmt and database/sql", "Error": "fmt and errors",
	"Unwrap": "errors", "Is": "errors", "As": "errors", "Timeout": "net and os", "Temporary": "net",
	"MarshalJSON": "encoding/json", "UnmarshalJSON": "encoding/json", "MarshalJSONTo": "encoding/json/v2", "UnmarshalJSONFrom": "encoding/json/v2",
	"MarshalText": "encoding packages", "UnmarshalText": "encoding packages", "AppendText": "encoding packages",
	"MarshalBinary": "encoding packages", "UnmarshalBinary": "encoding packages", "AppendBinary": "encoding packages",
	"MarshalXML": "encoding/xml", "UnmarshalXML": "encoding/xml", "MarshalXMLAttr": "encoding/xml", "UnmarshalXMLAttr": "encoding/xml",
	"MarshalYAML": "YAML packages", "UnmarshalYAML": "YAML packages", "UnmarshalTOML": "TOML packages",
	"GobEncode": "encoding/gob", "GobDecode": "encoding/gob", "Value": "database/sql", "IsZero": "encoding/json",
	"LogValue": "log/slog", "ReadFrom": "io", "WriteTo": "io", "WriteString": "io", "Flush": "net/http", "Hijack": "net/http",
	"Close": "io.Closer assertions", "IsBoolFlag": "flag",
}

// interfaces tells which types satisfy an interface no more, or begin to, that is asked for
// at run time only.
func (c *changer) interfaces() {
	for _, s := range c.symbols {
		if s.Kind != Method {
			continue
		}
		for _, name := range []string{s.Old(), s.New} {
			if who := knownMethods[name]; who != "" {
				verb := "does not find it any more"
				if name == s.New {
					verb = "begins to use it"
				}
				c.mention(Assertion, s.Pos[0], fmt.Sprintf("%s: %s looks for methods %s at run time, and %s", s, who, name, verb))
			}
		}
	}
	for _, l := range c.loads {
		for _, pkg := range l.all {
			c.assertions(l, pkg)
		}
	}
}

// assertions tells which type assertions of a package hold no more.
func (c *changer) assertions(l *load, pkg *packages.Package) {
	asked := func(x ast.Expr) {
		t := pkg.TypesInfo.TypeOf(x)
		if t == nil {
			return
		}
		iface, ok := t.Underlying().(*types.Interface)
		if !ok {
			return
		}
		for m := range iface.Methods() {
			if c.goes(m.Name()) {
				c.assertion(l, l.place(x.Pos()).position(), t, iface, m)
			}
		}
	}
	for _, f := range pkg.Syntax {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeAssertExpr:
				if n.Type != nil {
					asked(n.Type)
				}
			case *ast.TypeSwitchStmt:
				for _, clause := range n.Body.List {
					for _, x := range clause.(*ast.CaseClause).List {
						asked(x)
					}
				}
			}
			return true
		})
	}
}

// assertion tells which types of the loaded packages satisfied an interface by a method, and
// of the two only one gets another name.
func (c *changer) assertion(l *load, at token.Position, t types.Type, iface *types.Interface, m *types.Func) {
	goes := c.declared[l.declaredAt(m.Origin())] != nil
	for _, pkg := range l.all {
		for _, name := range pkg.Types.Scope().Names() {
			obj, ok := pkg.Types.Scope().Lookup(name).(*types.TypeName)
			if !ok || obj.IsAlias() || types.IsInterface(obj.Type()) {
				continue
			}
			if named, ok := obj.Type().(*types.Named); ok && named.TypeParams().Len() > 0 {
				continue
			}
			pointer := types.NewPointer(obj.Type())
			if !types.Implements(pointer, iface) {
				continue
			}
			impl, _, _ := types.LookupFieldOrMethod(pointer, true, m.Pkg(), m.Name())
			method, ok := impl.(*types.Func)
			if !ok || goes == (c.declared[l.declaredAt(method.Origin())] != nil) {
				continue
			}
			c.mention(Assertion, at, fmt.Sprintf("%s is %s no more, which is asked for here at run time", typeText(obj.Type()), typeText(t)))
		}
	}
}

// reflective are functions to which fields and methods are named in strings.
var reflective = []string{"FieldByName", "MethodByName", "FieldByNameFunc"}

// texts mentions strings, struct tags and comments that have a name in them that goes.
func (c *changer) texts() {
	olds := c.olds()
	if len(olds) == 0 {
		return
	}
	word := wordPattern(olds)
	reached := c.reach()
	for _, f := range c.sources.withWord(olds) {
		syntax := c.sources.parse(f)
		if syntax == nil || !reached[f.dir] {
			continue
		}
		calls := make(map[ast.Expr]bool)
		ast.Inspect(syntax, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok && slices.Contains(reflective, sel.Sel.Name) {
					for _, arg := range n.Args {
						calls[arg] = true
					}
				}
			case *ast.ImportSpec:
				return false
			case *ast.BasicLit:
				c.text(f, n, word.FindStringSubmatch, calls[n])
			}
			return true
		})
		for _, group := range syntax.Comments {
			for _, comment := range group.List {
				c.commentText(f, comment, word.FindStringSubmatchIndex(comment.Text))
			}
		}
	}
}

// olds are the names that go and that are long enough to tell something where they stand
// in a text.
func (c *changer) olds() []string {
	var all []string
	for _, s := range c.symbols {
		if s.Kind != Local && len(s.Old()) > 1 {
			all = append(all, s.Old())
		}
	}
	return all
}

// text mentions a string literal that has the name in it.
func (c *changer) text(f *source, lit *ast.BasicLit, find func(string) []string, reflection bool) {
	if lit.Kind != token.STRING {
		return
	}
	m := find(strings.Trim(lit.Value, "`\""))
	if m == nil {
		return
	}
	value, err := strconv.Unquote(lit.Value)
	if err != nil {
		return
	}
	pos := c.sources.position(lit.Pos())
	switch {
	case reflection:
		c.mention(Reflection, pos, fmt.Sprintf("%s is looked for by this name at run time", m[1]))
	case strings.Contains(value, "{{"):
		c.mention(Template, pos, fmt.Sprintf("a template has %s in it", m[1]))
	case looksLikeName(m[1]) || value == m[1]:
		c.mention(Text, pos, fmt.Sprintf("a string has %s in it: %s", m[1], shorten(lit.Value)))
	}
}

// commentText mentions a comment that has the name in it, and is not changed.
func (c *changer) commentText(f *source, comment *ast.Comment, m []int) {
	if m == nil {
		return
	}
	start, _ := c.span(comment)
	name := comment.Text[m[2]:m[3]]
	at := c.at(f, start+m[2])
	at.file = f.names[0]
	if looksLikeName(name) && !c.seen[at] {
		c.mention(Comment, c.sources.position(comment.Pos()), fmt.Sprintf("a comment has %s in it", name))
	}
}

// shorten returns a text of one line that is short enough for a message.
func shorten(s string) string {
	const most = 60
	s = firstLine(s)
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// templateExtensions are those of files that Go programs read as templates.
var templateExtensions = []string{".tmpl", ".gotmpl", ".tpl", ".gohtml", ".html", ".htm", ".txt.tmpl"}

// templates mentions uses of fields, methods and functions in template files.
func (c *changer) templates(ctx context.Context) error {
	var olds []string
	for _, s := range c.symbols {
		if (s.Kind == Field || s.Kind == Method) && token.IsExported(s.Old()) {
			olds = append(olds, s.Old())
		}
	}
	if len(olds) == 0 {
		return nil
	}
	word := wordPattern(olds)
	for _, m := range c.w.Modules {
		if m.Err != nil {
			continue
		}
		err := filepath.WalkDir(m.Dir, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case ctx.Err() != nil:
				return context.Cause(ctx)
			case d.IsDir():
				if base := d.Name(); name != m.Dir && (base == "vendor" || base == "node_modules" || strings.HasPrefix(base, ".") || isModule(name)) {
					return filepath.SkipDir
				}
				return nil
			case !slices.Contains(templateExtensions, filepath.Ext(name)) || !d.Type().IsRegular():
				return nil
			}
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			if !bytes.Contains(data, []byte("{{")) {
				return nil
			}
			for i, line := range bytes.Split(data, []byte("\n")) {
				for _, at := range word.FindAllSubmatchIndex(line, -1) {
					if at[2] > 0 && line[at[2]-1] == '.' {
						c.mention(Template, token.Position{Filename: name, Line: i + 1, Column: at[2] + 1}, fmt.Sprintf("a template uses .%s", line[at[2]:at[3]]))
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// published mentions the packages from which others may import what gets another name.
func (c *changer) published() {
	done := make(map[string]bool)
	for _, s := range c.symbols {
		f := c.sources.files[s.Pos[0].Filename]
		if s.Kind == Local || !token.IsExported(s.Old()) || done[f.dir.importPath] || strings.HasSuffix(s.Package, "_test") {
			continue
		}
		if slices.Contains(strings.Split(f.dir.importPath, "/"), "internal") || c.sources.parse(f).Name.Name == "main" {
			continue
		}
		done[f.dir.importPath] = true
		detail := fmt.Sprintf("%s can be imported from outside of the code base", f.dir.importPath)
		if n := c.requiredBy(f.dir.module.Path); n > 0 {
			detail += fmt.Sprintf("; modules of that which require %s by version, and need the next one to build by themselves: %d", f.dir.module.Path, n)
		}
		c.mention(API, s.Pos[0], detail)
	}
}

// requiredBy counts the modules of the code base that require one of its modules, without a
// replace line that leads to the tree.
func (c *changer) requiredBy(path string) int {
	n := 0
	for _, m := range c.w.Modules {
		if m.Err != nil {
			continue
		}
		for _, r := range m.File.Require {
			replaced := slices.ContainsFunc(m.File.Replace, func(o *modfile.Replace) bool { return o.Old.Path == path && o.New.Version == "" })
			if r.Mod.Path == path && !replaced {
				n++
			}
		}
	}
	return n
}

// readLines returns the lines of a file; of one that can't be read, none.
func readLines(name string) []string {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	return strings.Split(string(data), "\n")
}

// shortPath returns a file's name relative to the root of the code base.
func shortPath(root, name string) string {
	if rel, err := filepath.Rel(root, name); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return name
}
