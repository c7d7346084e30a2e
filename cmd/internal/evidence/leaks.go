package evidence

import (
	"cmp"
	"fmt"
	"go/ast"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gomend/gomend/analyzers/goroutineleak"
	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/engine"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/profiles/goroutine"
	"github.com/gomend/gomend/profiles/leaktest"
)

// The kinds of goroutineleak under which leaks are reported that tests leave: those
// that the garbage collector found, and what grows with the rounds of the tests.
const (
	Proven  = "proven"
	Growing = "growing"
)

// Seen reports whether a reference is to a kind that no analysis reports.
func Seen(ref string) bool {
	name, kind := rule.Split(ref)
	return name == goroutineleak.Rule.Name() && (kind == Proven || kind == Growing)
}

// maxTests is how many of the tests that show a leak are named.
const maxTests = 3

// Leaks returns what a run of tests found, as an analysis would: with the findings
// at the go statements, and with what could not be looked at. Leaks that several
// packages' tests show are one finding.
func Leaks(r *leaktest.Result) *engine.Result {
	c := &code{workspace: r.Workspace, files: make(map[string]*file)}
	res := &engine.Result{Root: r.Workspace.Root}
	all := make(map[place]*leak)
	for _, p := range r.Packages {
		if p.Looked() || len(p.Leaks) > 0 {
			res.Packages = append(res.Packages, engine.Package{
				ImportPath: p.ImportPath,
				Module:     p.Module.Name(),
				Dir:        engine.Relative(r.Workspace.Root, p.Dir),
				Files:      len(p.GoFiles) + len(p.CgoFiles) + len(p.TestGoFiles) + len(p.XTestGoFiles),
			})
		}
		if !p.Looked() {
			res.Failures = append(res.Failures, failure(p))
		}
		for i := range p.Leaks {
			c.add(all, Proven, p, &p.Leaks[i])
		}
		for i := range p.Growing {
			c.add(all, Growing, p, &p.Growing[i])
		}
	}
	for i := range r.Failures {
		f := &r.Failures[i]
		res.Failures = append(res.Failures, engine.Failure{Module: f.Module.Name(), Message: f.Err.Error()})
	}
	for _, at := range slices.SortedFunc(maps.Keys(all), comparePlaces) {
		res.Findings = append(res.Findings, all[at].finding(c))
	}
	finding.Identify(res.Findings)
	finding.Sort(res.Findings)
	for _, name := range slices.Sorted(maps.Keys(c.files)) {
		if f := c.files[name]; f != nil {
			res.Suppressions = append(res.Suppressions, f.suppressions(goroutineleak.Rule.Name())...)
		}
	}
	return res
}

// failure says why leaks of a package may have been missed.
func failure(p *leaktest.Package) engine.Failure {
	f := engine.Failure{Module: p.Module.Name(), Package: p.ImportPath}
	switch {
	case p.Outcome == leaktest.Unbuilt:
		f.Message = "its tests do not build: " + firstLine(p.Output)
	case p.Outcome == leaktest.Failed && len(p.Failed) > 0:
		f.Message = "its tests fail (" + list(p.Failed, maxTests) + "), which can hide leaks"
	case p.Outcome == leaktest.Failed:
		f.Message = "its tests fail, which can hide leaks: " + firstLine(p.Output)
	default:
		f.Message = p.Unseen.Error()
	}
	return f
}

// firstLine returns the first line that tells something. The go command begins a
// package's errors with "# path".
func firstLine(output string) string {
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "===") {
			return line
		}
	}
	return "the go command does not say why"
}

// A place is where a leak is reported, and what tells leaks there apart.
type place struct {
	kind    string
	file    string // relative to the root
	line    int
	state   string
	blocked goroutine.Frame
}

func comparePlaces(a, b place) int {
	return cmp.Or(
		strings.Compare(a.file, b.file),
		cmp.Compare(a.line, b.line),
		strings.Compare(a.kind, b.kind),
		strings.Compare(a.state, b.state),
		strings.Compare(a.blocked.File, b.blocked.File),
		cmp.Compare(a.blocked.Line, b.blocked.Line),
		strings.Compare(a.blocked.Func, b.blocked.Func),
	)
}

// A leak is what the tests of all packages show at one place.
type leak struct {
	kind string
	file *file
	span finding.Span
	what string // begins the message: what is at the place

	// blocked is where the goroutines are, but for the runtime and package sync,
	// and ours the nearest call in the code base, either zero if there is none.
	blocked, ours goroutine.Frame

	leaktest.Leak
	tests []shown
}

// A shown is a test that shows a leak.
type shown struct {
	leaktest.Test
	pkg *leaktest.Package
}

// add adds what the tests of a package show.
func (c *code) add(all map[place]*leak, kind string, p *leaktest.Package, l *leaktest.Leak) {
	found := c.place(p, l)
	if found == nil {
		return
	}
	found.kind = kind
	at := place{kind, found.span.File, found.span.Line, l.State, found.blocked}
	if all[at] == nil {
		all[at] = found
	} else {
		all[at].Count += l.Count
	}
	for _, t := range l.Tests {
		all[at].tests = append(all[at].tests, shown{t, p})
	}
}

// place returns the leak with the place where it is reported: its go statement, or
// the call that hands the goroutine's function to somebody else's go statement, or
// where it is blocked in our code, or, if none of our code is on its stack, the
// test that leaves it.
func (c *code) place(p *leaktest.Package, l *leaktest.Leak) *leak {
	found := &leak{Leak: *l, blocked: l.Blocked()}
	inner, outer := c.ours(l.Stack)
	if inner != nil {
		found.ours = *inner
	}
	if f := c.file(l.Start); f != nil {
		found.file, found.what = f, "goroutines started here"
		found.span = f.lineSpan(l.Start.Line)
		if stmt := f.goStatement(l.Start.Line); stmt != nil {
			found.span = f.span(stmt)
		}
		return found
	}
	if outer == nil {
		return c.atTest(found, p)
	}
	if l.Start.Package() == "testing" {
		found.file, found.what = c.file(*inner), "tests that get here"
		found.span = found.file.lineSpan(inner.Line)
		return found
	}
	found.file, found.what = c.file(*outer), "goroutines that run this"
	if call := found.file.handedOver(outer.Line); call != nil {
		found.what = "goroutines started by this call"
		found.span = found.file.span(call)
		return found
	}
	found.file = c.file(*inner)
	found.span = found.file.lineSpan(inner.Line)
	return found
}

// ours returns the innermost and the outermost frame in the code base.
func (c *code) ours(stack []goroutine.Frame) (inner, outer *goroutine.Frame) {
	for i := range stack {
		if c.file(stack[i]) == nil {
			continue
		}
		if inner == nil {
			inner = &stack[i]
		}
		outer = &stack[i]
	}
	return inner, outer
}

// atTest places a leak of dependencies at the first test that leaves it, or at the
// package's first file with tests.
func (c *code) atTest(found *leak, p *leaktest.Package) *leak {
	found.what = "goroutines of " + found.blocked.Package() + " that tests of this package leave"
	for _, t := range found.Tests {
		if f, decl := c.test(p, t.Name); decl != nil {
			found.file, found.span = f, f.span(decl.Name)
			found.what = "goroutines of " + found.blocked.Package() + " that this test leaves"
			return found
		}
	}
	for _, name := range testFiles(p) {
		if f := c.read(name, p.Module); f != nil {
			found.file, found.span = f, f.span(f.syntax.Name)
			return found
		}
	}
	return nil
}

// test returns the function of a test, with its file, or nil.
func (c *code) test(p *leaktest.Package, name string) (*file, *ast.FuncDecl) {
	name, _, _ = strings.Cut(name, "/")
	for _, in := range testFiles(p) {
		f := c.read(in, p.Module)
		if f == nil {
			continue
		}
		for _, decl := range f.syntax.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == name {
				return f, fn
			}
		}
	}
	return nil, nil
}

// testFiles returns the absolute names of a package's files with tests.
func testFiles(p *leaktest.Package) []string {
	var all []string
	for _, name := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
		all = append(all, filepath.Join(p.Dir, name))
	}
	return all
}

// finding returns the leak as a finding.
func (l *leak) finding(c *code) finding.Finding {
	kind, _ := goroutineleak.Rule.Kind(l.kind)
	f := finding.Finding{
		Rule:       goroutineleak.Rule.Name(),
		Kind:       l.kind,
		Severity:   kind.Severity,
		Confidence: kind.Confidence,
		Message:    l.message(c),
		Span:       l.span,
		Package:    l.file.pkg,
		Module:     l.file.module.Name(),
		Symbol:     l.file.symbolAt(l.span.Start),
		LineText:   strings.TrimSpace(string(l.file.Line(l.span.Line))),
		Generated:  ast.IsGenerated(l.file.syntax),
		URL:        goroutineleak.Rule.Analyzer.URL,
	}
	if in := c.file(l.ours); in != nil && (in != l.file || l.ours.Line != l.span.Line) {
		f.Related = append(f.Related, finding.Related{Span: in.lineSpan(l.ours.Line), Message: "they are here, " + waitOf(l.State).doing})
	}
	f.Related = append(f.Related, l.shownBy(c)...)
	return f
}

// message says what happens, why, and how to mend it.
func (l *leak) message(c *code) string {
	w := waitOf(l.State)
	if l.kind == Proven {
		return fmt.Sprintf("%s never end (%d left behind): blocked %s%s, which nothing that still runs can reach; %s",
			l.what, l.Count, w.doing, l.where(c), w.mend)
	}
	var counts []string
	for _, n := range l.Counts {
		counts = append(counts, strconv.Itoa(n))
	}
	return fmt.Sprintf("%s add up (%s after each round): %s%s; end them when what they serve ends",
		l.what, strings.Join(counts, "/"), w.doing, l.where(c))
}

// where says where the goroutines are.
func (l *leak) where(c *code) string {
	var text string
	if l.blocked != l.ours && l.blocked.Func != "" {
		text = " in " + l.blocked.Func
	}
	switch f := c.file(l.ours); {
	case f == nil:
	case f == l.file:
		text += fmt.Sprintf(" at line %d", l.ours.Line)
	default:
		text += fmt.Sprintf(" at %s:%d", f.name, l.ours.Line)
	}
	return text
}

// shownBy returns the tests that show the leak, by the function that they are in.
func (l *leak) shownBy(c *code) []finding.Related {
	var all []finding.Related
	for i, left := 0, l.tests; len(left) > 0; i++ {
		top, _, _ := strings.Cut(left[0].Name, "/")
		n := slices.IndexFunc(left, func(t shown) bool {
			return t.pkg != left[0].pkg || t.Name != top && !strings.HasPrefix(t.Name, top+"/")
		})
		if n < 0 {
			n = len(left)
		}
		in, decl := c.test(left[0].pkg, top)
		if decl != nil {
			message := summary(left[:n])
			if i == maxTests-1 && n < len(left) {
				message += fmt.Sprintf("; %d more tests leave some", len(left)-n)
			}
			all = append(all, finding.Related{Span: in.span(decl.Name), Message: message})
		}
		if left = left[n:]; i == maxTests-1 {
			break
		}
	}
	return all
}

// summary says how many goroutines tests of one function leave.
func summary(tests []shown) string {
	var names []string
	count := 0
	for _, t := range tests {
		names = append(names, t.Name)
		count += t.Count
	}
	return fmt.Sprintf("%d left by %s", count, list(names, maxTests))
}

// list joins names, no more than most.
func list(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// absolute returns the name of a file that is named as in a finding.
func absolute(root, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(root, filepath.FromSlash(name))
}
