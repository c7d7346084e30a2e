package upgrade_test

import (
	"go/ast"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/txtar"

	"github.com/gomend/gomend/fixers/audit"
	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/upgrade"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/verify"
)

// shop is a module of which the tests know more than the compiler.
const shop = `
-- go.mod --
module example.com/shop

go 1.15
-- .go-version --
1.15
-- shop.go --
package shop

import "io/ioutil"

// Price is what a thing costs.
func Price(n int) int {
	return n + 0
}

// Half is not tested.
func Half(n int) int {
	if n < 0 {
		return 0
	}
	return n - n/2 + 0
}

// Read reads.
func Read(name string) interface{} {
	data, _ := ioutil.ReadFile(name)
	return data
}
-- shop_test.go --
package shop

import "testing"

func TestPrice(t *testing.T) {
	if got := Price(2); got != 2 {
		t.Error(got)
	}
}
`

// replacing returns a fixer that replaces a text wherever it is that of a binary expression
// or of a type.
func replacing(name, old, text string) *fix.Fixer {
	return &fix.Fixer{
		Kinds: []fix.Kind{{Tier: fix.Safe}},
		Analyzer: &analysis.Analyzer{Name: name, Doc: name, Run: func(pass *analysis.Pass) (any, error) {
			for _, f := range pass.Files {
				name := pass.Fset.File(f.FileStart).Name()
				src, err := pass.ReadFile(name)
				if err != nil {
					return nil, err
				}
				ast.Inspect(f, func(n ast.Node) bool {
					if n == nil {
						return true
					}
					from, to := pass.Fset.Position(n.Pos()).Offset, pass.Fset.Position(n.End()).Offset
					_, isBlock := n.(*ast.BlockStmt)
					if _, isFile := n.(*ast.File); isFile || isBlock || string(src[from:to]) != old {
						return true
					}
					pass.Report(analysis.Diagnostic{Pos: n.Pos(), End: n.End(), Message: old, SuggestedFixes: []analysis.SuggestedFix{{
						TextEdits: []analysis.TextEdit{{Pos: n.Pos(), End: n.End(), NewText: []byte(text)}},
					}}})
					return false
				})
			}
			return nil, nil
		}},
	}
}

func layOut(t *testing.T, archive string) workspace.Config {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return workspace.Config{Dir: dir, Env: append(os.Environ(), "GOFLAGS=", "GOPROXY=off", "GOTOOLCHAIN=local", "GOWORK=", "TMPDIR="+t.TempDir())}
}

func plan(t *testing.T, cfg workspace.Config, o upgrade.Options) *upgrade.Result {
	t.Helper()
	before := contents(t, cfg.Dir)
	r, err := upgrade.Plan(t.Context(), cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	if after := contents(t, cfg.Dir); !slices.Equal(before, after) {
		t.Errorf("planning writes to the code base: %q, before %q", after, before)
	}
	return r
}

// contents returns the files of a directory, with what is in them.
func contents(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		all = append(all, name+"\n"+string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// file returns what a file is to be.
func file(t *testing.T, r *upgrade.Result, base string) string {
	t.Helper()
	for _, c := range r.Changes {
		if filepath.Base(c.File) == base {
			return string(c.New)
		}
	}
	t.Fatalf("%s does not change", base)
	return ""
}

// All of it changes together, and it is known which fixes tests run.
func TestPlan(t *testing.T) {
	cfg := layOut(t, shop)
	r := plan(t, cfg, upgrade.Options{
		To: "1.22", Test: true, Cover: true, Steps: true, NoAudit: true,
		Fixers: []*fix.Fixer{replacing("any", "interface{}", "any"), replacing("zero", "n + 0", "n"), replacing("zeros", "n - n/2 + 0", "n - n/2")},
	})
	if got := file(t, r, "go.mod"); !strings.Contains(got, "go 1.22.0") {
		t.Errorf("go.mod is %s", got)
	}
	if got := file(t, r, ".go-version"); got != "1.22\n" {
		t.Errorf(".go-version is %s", got)
	}
	code := file(t, r, "shop.go")
	for _, want := range []string{"return n\n", "return n - n/2\n", "Read(name string) any {"} {
		if !strings.Contains(code, want) {
			t.Errorf("there is no %q in\n%s", want, code)
		}
	}
	ran := make(map[string]bool)
	for _, s := range r.Sites {
		ran[s.Fixer] = s.Executed
	}
	if !ran["zero"] || ran["zeros"] || ran["any"] || len(r.Sites) != 3 {
		t.Errorf("tests run these fixes: %v", ran)
	}
	var titles []string
	for _, s := range r.Steps {
		titles = append(titles, s.Title)
	}
	want := []string{"Go 1.22.0", "Apply fixers, in lines that tests run", "Apply fixers, in lines that no test runs"}
	if !slices.Equal(titles, want) {
		t.Errorf("the steps are %q, want %q", titles, want)
	}
	if r.Incomplete() || len(r.Worse) > 0 {
		t.Errorf("something is worse: %v", r.Worse)
	}
	write(t, r)
	again := plan(t, cfg, upgrade.Options{To: "1.22", Test: true, Fixers: []*fix.Fixer{replacing("any", "interface{}", "any")}})
	if !again.Nothing() {
		t.Errorf("a second run changes %s", again.Changes[0].File)
	}
}

func write(t *testing.T, r *upgrade.Result) {
	t.Helper()
	for _, c := range r.Changes {
		err := os.WriteFile(c.File, c.New, 0o666)
		if c.New == nil {
			err = os.Remove(c.File)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A module whose line is raised gets tool lines in the same run.
func TestToolLines(t *testing.T) {
	cfg := layOut(t, `
-- go.mod --
module example.com/shop

go 1.15

require example.com/stamp v0.0.0

replace example.com/stamp => ./stamp
-- shop.go --
package shop
-- tools.go --
// +build tools

package shop

import _ "example.com/stamp"
-- stamp/go.mod --
module example.com/stamp

go 1.15
-- stamp/main.go --
package main

func main() {}
`)
	r := plan(t, cfg, upgrade.Options{To: "1.24", NoAudit: true})
	got := file(t, r, "go.mod")
	for _, want := range []string{"go 1.24.0\n", "tool example.com/stamp\n", "example.com/stamp => ./stamp\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q in go.mod:\n%s", want, got)
		}
	}
	if got := file(t, r, "tools.go"); got != "" || r.Incomplete() {
		t.Errorf("tools.go is to be %q", got)
	}
	write(t, r)
	if again := plan(t, cfg, upgrade.Options{To: "1.24", NoAudit: true}); !again.Nothing() {
		t.Errorf("a second run changes %v", again.Changes)
	}
}

// Fixers that are wrong on purpose are caught, each of them: by the type check, by what the
// package exports, by tests, by vet. Those that are right are not taken back with them.
func TestWrongFixers(t *testing.T) {
	cfg := layOut(t, shop+`-- more.go --
package shop

// Next is not tested.
func Next(n int) int {
	return n + 1 + 0
}

// Same is not tested.
func Same(n int) int {
	return n * 1
}
`)
	r := plan(t, cfg, upgrade.Options{
		To: "1.22", Test: true, NoAudit: true,
		Fixers: []*fix.Fixer{
			replacing("uncompiled", "n + 1 + 0", "m"),
			replacing("exports", "interface{}", "[]byte"),
			replacing("untested", "n + 0", "n + 1"),
			replacing("unvetted", "n * 1", "func() int { for { return n }; return n }()"),
			replacing("right", "n - n/2 + 0", "n - n/2"),
		},
	})
	got := make(map[string]string)
	for _, s := range slices.Concat(r.Fixes.Dropped, r.RolledBack) {
		got[s.Fixer] = s.Why
	}
	for name, why := range map[string]string{
		"uncompiled": "undefined: m",
		"exports":    "example.com/shop.Read would be another function",
		"untested":   "TestPrice of example.com/shop fails",
		"unvetted":   "vet says",
	} {
		if !strings.Contains(got[name], why) {
			t.Errorf("%s is caught because %q, want %q", name, got[name], why)
		}
		delete(got, name)
	}
	if len(got) > 0 || len(r.Sites) != 1 || r.Sites[0].Fixer != "right" {
		t.Errorf("caught are also %v, and these are made: %v", got, r.Sites)
	}
	if len(r.Worse) > 0 || !r.Incomplete() {
		t.Errorf("worse: %v", r.Worse)
	}
	if code := file(t, r, "shop.go"); !strings.Contains(code, "return n + 0\n") {
		t.Errorf("what was taken back is there:\n%s", code)
	}
}

const nils = `
-- go.mod --
module example.com/nils

go 1.20
-- nils_test.go --
package nils

import "testing"

func TestNil(t *testing.T) {
	defer func() {
		if recover() != any(nil) {
			complain(t, "that was a panic")
		}
	}()
	panic(nil)
}

func complain(t *testing.T, text string) { t.Errorf(text) }
`

// A setting that a test relies on is kept by a line, from Go 1.23 on, where there are such.
// What fixes mend of what the go lines break is not told.
func TestSettingsThatBreak(t *testing.T) {
	cfg := layOut(t, nils)
	r := plan(t, cfg, upgrade.Options{To: "1.24", Test: true, NoAudit: true, Fixers: []*fix.Fixer{
		replacing("nils", "any(nil)", "nil"), replacing("formats", "t.Errorf(text)", `t.Errorf("%s", text)`),
	}})
	if len(r.Worse) > 0 || len(r.RolledBack) > 0 || r.Incomplete() {
		t.Errorf("worse: %v, taken back: %v", r.Worse, r.RolledBack)
	}
	if len(r.Blames) != 1 || r.Blames[0].Culprits[0].Cause != "panicnil" || !r.Blames[0].Kept {
		t.Errorf("blamed: %+v", r.Blames)
	}
	if mod := file(t, r, "go.mod"); !strings.Contains(mod, "godebug panicnil=1\n") {
		t.Errorf("go.mod is\n%s", mod)
	}
}

// What a go line breaks is told as that, and no fix is blamed.
func TestLinesThatBreak(t *testing.T) {
	cfg := layOut(t, nils)
	r := plan(t, cfg, upgrade.Options{To: "1.22", Test: true, NoAudit: true, Fixers: []*fix.Fixer{replacing("nils", "any(nil)", "nil")}})
	named := slices.ContainsFunc(r.Worse, func(w verify.Regression) bool { return w.Test == "TestNil" })
	for _, b := range r.Blames {
		if b.Kept {
			t.Errorf("%s fails, and is said to pass", b.Test)
		}
	}
	if !named || len(r.RolledBack) > 0 || !r.Incomplete() {
		t.Errorf("worse: %v, taken back: %v", r.Worse, r.RolledBack)
	}
	if len(r.Blames) != 1 || r.Blames[0].Err != nil || len(r.Blames[0].Culprits) != 1 || r.Blames[0].Culprits[0].Cause != "panicnil" || r.Blames[0].Kept {
		t.Errorf("blamed: %+v", r.Blames)
	}
}

// Loops that tests show to be relied upon do what they did.
func TestLoopsThatBreak(t *testing.T) {
	const loops = `
-- go.mod --
module example.com/loops

go 1.21
-- loops_test.go --
package loops

import "testing"

func TestLast(t *testing.T) {
	var last []*int
	for i := 0; i < 3; i++ {
		last = append(last, &i)
	}
	if *last[0] != 3 {
		t.Error("each turn has a variable of its own")
	}
}

func TestSum(t *testing.T) {
	var all []*int
	for _, n := range []int{1, 2} {
		all = append(all, &n)
	}
	t.Log(*all[0])
}
`
	for _, test := range []struct {
		name      string
		options   upgrade.Options
		want, not string
	}{
		{"blamed", upgrade.Options{To: "1.22", Test: true, NoAudit: true}, "i := 0\n\tfor ; i < 3; i++ {", "var n int"},
		{"asked for", upgrade.Options{To: "1.22", KeepLoops: true}, "var n int\n\tfor _, n = range []int{1, 2} {", "i := 0; i"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := plan(t, layOut(t, loops), test.options)
			if len(r.Worse) > 0 || r.Incomplete() {
				t.Errorf("worse: %v", r.Worse)
			}
			if test.options.Test && (len(r.Blames) != 1 || r.Blames[0].Culprits[0].Cause != "loopvar" || !r.Blames[0].Kept) {
				t.Errorf("blamed: %+v", r.Blames)
			}
			if code := file(t, r, "loops_test.go"); !strings.Contains(code, test.want) || strings.Contains(code, test.not) {
				t.Errorf("the code is\n%s", code)
			}
			if a := r.Audit; a != nil && !slices.ContainsFunc(a.Findings, func(f audit.Finding) bool { return f.Cause == "loopvar" && f.Pos.Line == 7 }) {
				t.Errorf("the audit does not tell of the loop: %v", a.Findings)
			}
		})
	}
}

func TestGoLine(t *testing.T) {
	for _, test := range []struct{ to, want string }{
		{"1.16", "1.16"},
		{"go1.20", "1.20"},
		{"1.21", "1.21.0"},
		{"1.22.3", "1.22.3"},
		{"1.15", ""},
		{"latest", ""},
		{"", ""},
		{"1", ""},
		{"2.x", ""},
	} {
		got, err := upgrade.GoLine(test.to)
		if got != test.want || (err != nil) != (test.want == "") {
			t.Errorf("GoLine(%q) = %q, %v, want %q", test.to, got, err, test.want)
		}
	}
}
