package rename

import (
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
)

// documentation changes the names in the comments that document them, in doc links to
// them, and those of examples.
func (c *changer) documentation() {
	for _, s := range c.symbols {
		if s.Kind == Local {
			continue
		}
		for f, d := range c.declarationsOf(s) {
			if d.doc != nil {
				c.docComment(f, d.doc, s)
			}
		}
		c.docLinks(s)
		c.examples(s)
	}
}

// examples changes the names of examples, which are those of what they show.
func (c *changer) examples(s *Symbol) {
	name := "Example" + strings.ReplaceAll(s.Name, ".", "_")
	for _, f := range c.sources.files[s.Pos[0].Filename].dir.files {
		syntax := c.sources.parse(f)
		if syntax == nil || !strings.HasSuffix(f.name, "_test.go") {
			continue
		}
		for d := range declarations(syntax) {
			rest, ok := strings.CutPrefix(d.name, name)
			if !ok || d.kind != Func || rest != "" && !strings.HasPrefix(rest, "_") {
				continue
			}
			start, _ := c.span(d.ident)
			end := start + len(name)
			c.comment(f, end-len(s.Old()), end, s)
			c.exampleDoc(f, d.doc, d.name, len(name), s)
		}
	}
}

// exampleDoc changes the name of an example where the comment on it begins with that.
func (c *changer) exampleDoc(f *source, doc *ast.CommentGroup, example string, end int, s *Symbol) {
	if doc == nil {
		return
	}
	for _, comment := range doc.List {
		start, _ := c.span(comment)
		if i := strings.Index(comment.Text, example); i >= 0 {
			c.comment(f, start+i+end-len(s.Old()), start+i+end, s)
		}
	}
}

// docComment changes a name in the comment that documents it: where it begins the comment,
// and elsewhere, if it can't be a word of the language.
func (c *changer) docComment(f *source, doc *ast.CommentGroup, s *Symbol) {
	first := true
	for _, comment := range doc.List {
		start, _ := c.span(comment)
		for _, m := range wordPattern([]string{s.Old()}).FindAllStringSubmatchIndex(comment.Text, -1) {
			leads := first && strings.TrimLeft(comment.Text[:m[2]], "/* \t\n") == ""
			if leads || looksLikeName(s.Old()) || withinSentence(comment.Text[:m[2]]) && unicode.IsUpper([]rune(s.Old())[0]) {
				c.comment(f, start+m[2], start+m[3], s)
			}
		}
		first = false
	}
}

// withinSentence reports whether a text ends within a sentence and a line, where a word with
// a capital is a name.
func withinSentence(text string) bool {
	before := strings.TrimRight(text, " [*(")
	return before != "" && !strings.ContainsAny(before[len(before)-1:], ".!?:\n/")
}

// looksLikeName reports whether a word is more likely a name than a word of English.
func looksLikeName(word string) bool {
	for i, r := range word {
		if i > 0 && (unicode.IsUpper(r) || r == '_' || unicode.IsDigit(r)) {
			return true
		}
	}
	return false
}

// comment changes a name in a comment, unless that is done.
func (c *changer) comment(f *source, start, end int, s *Symbol) {
	at := c.at(f, start)
	if !c.done(at) {
		c.edit(f, at, start, end, s.New)
	}
}

// at returns the place of an offset in a file that was parsed here.
func (c *changer) at(f *source, offset int) place {
	file := c.sources.fset.File(c.sources.parse(f).FileStart)
	return placeOf(c.sources.position(file.Pos(offset)))
}

// docLinks changes the links to a symbol in doc comments, such as [Order.CustomerID] and
// [cart.Order.CustomerID].
func (c *changer) docLinks(s *Symbol) {
	home := c.sources.files[s.Pos[0].Filename].dir
	name := c.sources.parse(c.sources.files[s.Pos[0].Filename]).Name.Name
	path := regexp.QuoteMeta(s.Name)
	near := regexp.MustCompile(`\[\*?(` + path + `)(?:\]|\.\pL)`)
	far := regexp.MustCompile(`\[\*?(?:` + regexp.QuoteMeta(name) + `|` + regexp.QuoteMeta(s.Package) + `)\.(` + path + `)(?:\]|\.\pL)`)
	for _, f := range c.sources.withWord([]string{s.Old()}) {
		syntax := c.sources.parse(f)
		if syntax == nil {
			continue
		}
		link := near
		if f.dir != home {
			if !imports(syntax, s.Package) {
				continue
			}
			link = far
		}
		for _, group := range syntax.Comments {
			for _, comment := range group.List {
				start, _ := c.span(comment)
				for _, m := range link.FindAllStringSubmatchIndex(comment.Text, -1) {
					c.comment(f, start+m[3]-len(s.Old()), start+m[3], s)
				}
			}
		}
	}
}

// imports reports whether a file imports a package.
func imports(f *ast.File, path string) bool {
	for _, spec := range f.Imports {
		if spec.Path.Value == `"`+path+`"` || spec.Path.Value == "`"+path+"`" {
			return true
		}
	}
	return false
}

// directives finds comments and assembly that name a function or variable to the tools that
// build it. They are not changed: what they name may be elsewhere.
func (c *changer) directives() {
	for _, s := range c.symbols {
		if s.Kind != Func && s.Kind != Var && s.Kind != Type && s.Kind != Method {
			continue
		}
		word := wordPattern([]string{s.Old()})
		home := c.sources.files[s.Pos[0].Filename].dir
		for _, f := range home.files {
			syntax := c.sources.parse(f)
			if syntax == nil {
				continue
			}
			for _, group := range syntax.Comments {
				for _, comment := range group.List {
					text := comment.Text
					if (strings.HasPrefix(text, "//go:linkname ") || strings.HasPrefix(text, "//export ")) && word.MatchString(text) {
						c.problem(c.sources.position(comment.Pos()), fmt.Sprintf("%s is named to the linker or to C: %s", s, text))
					}
				}
			}
		}
		c.assembly(s, home)
	}
}

// assembly finds what assembly files call by a symbol's name.
func (c *changer) assembly(s *Symbol, home *directory) {
	files, _ := filepath.Glob(filepath.Join(home.path, "*.s")) // the pattern is well-formed
	for _, name := range files {
		for i, line := range readLines(name) {
			if strings.Contains(line, "·"+s.Old()+"(") || strings.Contains(line, "·"+s.Old()+"<") || strings.Contains(line, "·"+s.Old()+"+") {
				c.problem(token.Position{Filename: name, Line: i + 1}, fmt.Sprintf("%s is used in assembly, which is not changed", s))
			}
		}
	}
}
