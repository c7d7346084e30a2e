package mend_test

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inline"
	"golang.org/x/tools/txtar"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
	"github.com/gomend/gomend/fixers/mend"
	"github.com/gomend/gomend/workspace"
)

// fixers are those that the tests name: some are right, and the others are wrong on
// purpose, each in its way. They rewrite calls of functions named for them.
func fixers(names ...string) []*fix.Fixer {
	calls := map[string]func(pass *analysis.Pass, file *ast.File, call *ast.CallExpr) []analysis.TextEdit{
		// oldname becomes newname.
		"oldname": func(_ *analysis.Pass, _ *ast.File, call *ast.CallExpr) []analysis.TextEdit {
			return []analysis.TextEdit{rewrite.Replace(call.Fun, "newname")}
		},
		// sorted becomes a call of the slices package, whatever the version is.
		"sorted": func(pass *analysis.Pass, file *ast.File, call *ast.CallExpr) []analysis.TextEdit {
			name, edits := rewrite.Import(pass, file, "slices", "slices", call.Pos())
			return append(edits, rewrite.Replace(call.Fun, name+".Sort"))
		},
		// newname becomes fmt.Println: it comes after oldname.
		"newname": func(pass *analysis.Pass, file *ast.File, call *ast.CallExpr) []analysis.TextEdit {
			name, edits := rewrite.Import(pass, file, "fmt", "fmt", call.Pos())
			return append(edits, rewrite.Replace(call.Fun, name+".Println"))
		},
		// join is called by a name that is there on this platform alone.
		"join": func(_ *analysis.Pass, _ *ast.File, call *ast.CallExpr) []analysis.TextEdit {
			return []analysis.TextEdit{rewrite.Replace(call.Fun, "here")}
		},
		// moved becomes a call of a package that imports others.
		"moved": func(pass *analysis.Pass, file *ast.File, call *ast.CallExpr) []analysis.TextEdit {
			name, edits := rewrite.Import(pass, file, "example.com/a/internal/moved", "moved", call.Pos())
			return append(edits, rewrite.Replace(call.Fun, name+".Moved"))
		},
		// forth becomes back, and back becomes forth.
		"forth": func(_ *analysis.Pass, _ *ast.File, call *ast.CallExpr) []analysis.TextEdit {
			return []analysis.TextEdit{rewrite.Replace(call.Fun, "back")}
		},
		"back": func(_ *analysis.Pass, _ *ast.File, call *ast.CallExpr) []analysis.TextEdit {
			return []analysis.TextEdit{rewrite.Replace(call.Fun, "forth")}
		},
		// drop loses the arguments: variables are not used any more.
		"drop": func(_ *analysis.Pass, _ *ast.File, call *ast.CallExpr) []analysis.TextEdit {
			return []analysis.TextEdit{rewrite.Replace(call, "_ = 0")}
		},
	}
	var all []*fix.Fixer
	for _, name := range names {
		var run func(pass *analysis.Pass) (any, error)
		switch name {
		case "inline":
			all = append(all, &fix.Fixer{Analyzer: inline.Analyzer, Kinds: []fix.Kind{{Tier: fix.Safe}}})
			continue
		case "widen": // makes exported constants of type int ones without a type
			run = widen
		case "panic":
			run = func(*analysis.Pass) (any, error) { panic("on purpose") }
		default:
			run = callsOf(name, calls[name])
		}
		all = append(all, &fix.Fixer{
			Analyzer: &analysis.Analyzer{Name: name, Doc: name, Run: run},
			Kinds:    []fix.Kind{{Name: "", Tier: fix.Safe}, {Name: "maybe", Tier: fix.Suggestion, Precondition: "look at it"}, {Name: "why", Tier: fix.Left}},
		})
	}
	return all
}

// callsOf rewrites the calls of a function. With a second argument "maybe" the fix is a
// suggestion, and with "why" there is none.
func callsOf(name string, edits func(*analysis.Pass, *ast.File, *ast.CallExpr) []analysis.TextEdit) func(*analysis.Pass) (any, error) {
	return func(pass *analysis.Pass) (any, error) {
		for _, file := range pass.Files {
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				fn, ok := rewrite.Object(pass.TypesInfo, call.Fun).(*types.Func)
				if !ok || fn.Name() != name || fn.Pkg() != pass.Pkg {
					return true
				}
				d := analysis.Diagnostic{Pos: call.Pos(), End: call.End(), Message: name + " is called"}
				if last := len(call.Args) - 1; last > 0 {
					if v := pass.TypesInfo.Types[call.Args[last]].Value; v != nil && v.Kind() == constant.String {
						d.Category = constant.StringVal(v)
					}
				}
				if d.Category != "why" {
					d.SuggestedFixes = []analysis.SuggestedFix{{TextEdits: edits(pass, file, call)}}
				}
				pass.Report(d)
				return true
			})
		}
		return nil, nil
	}
}

func widen(pass *analysis.Pass) (any, error) {
	for _, file := range pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if ok && spec.Type != nil && pass.TypesInfo.Types[spec.Type].Type == types.Typ[types.Int] {
				pass.Report(analysis.Diagnostic{Pos: spec.Pos(), Message: "int", SuggestedFixes: []analysis.SuggestedFix{{
					TextEdits: []analysis.TextEdit{{Pos: spec.Type.Pos(), End: spec.Type.End()}},
				}}})
			}
			return true
		})
	}
	return nil, nil
}

// run applies fixers to the code base that cfg names.
func run(t *testing.T, cfg workspace.Config, o mend.Options) *mend.Result {
	t.Helper()
	w, err := workspace.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	r, err := mend.Run(t.Context(), w, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Each case is an archive. The comment's first line names the fixers, and may end in
// "suggestions"; its other lines are what is said, in the order of the result; files after
// one named "want" are what becomes of the others.
func TestRun(t *testing.T) {
	cases, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(cases) == 0 {
		t.Fatal("no cases: ", err)
	}
	for _, name := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			want := make(map[string]string)
			after := false
			for _, f := range archive.Files {
				switch {
				case f.Name == "want":
					after = true
				case after:
					want[f.Name] = string(f.Data)
				default:
					write(t, filepath.Join(dir, f.Name), f.Data)
				}
			}
			lines := strings.Split(strings.TrimSpace(string(archive.Comment)), "\n")
			for len(lines) > 0 && strings.HasPrefix(lines[0], "#") {
				lines = lines[1:]
			}
			names := strings.Fields(lines[0])
			o := mend.Options{}
			if n := len(names) - 1; names[n] == "suggestions" {
				o.Suggestions, names = true, names[:n]
			}
			o.Fixers = fixers(names...)
			cfg := workspace.Config{Dir: dir, OS: "linux", Arch: "amd64", Env: append(os.Environ(), "GOFLAGS=", "GOPROXY=off", "GOWORK=", "CGO_ENABLED=1")}
			r := run(t, cfg, o)
			if got, want := strings.Join(told(dir, r), "\n"), strings.Join(lines[1:], "\n"); got != want {
				t.Errorf("told:\n%s\nwant:\n%s", got, want)
			}
			for _, c := range r.Changes {
				rel, err := filepath.Rel(dir, c.File)
				if err != nil {
					t.Fatal(err)
				}
				if w, ok := want[rel]; !ok || w != string(c.New) {
					t.Errorf("%s is\n%s\nwant\n%s", rel, c.New, w)
				}
				delete(want, rel)
				write(t, c.File, c.New)
			}
			for rel := range want {
				t.Errorf("%s does not change", rel)
			}
			if again := run(t, cfg, o); len(again.Changes) > 0 {
				t.Errorf("a second run changes %s to\n%s", again.Changes[0].File, again.Changes[0].New)
			}
		})
	}
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// told returns what a result says, one line each.
func told(dir string, r *mend.Result) []string {
	var lines []string
	add := func(what string, sites []mend.Site) {
		for _, s := range sites {
			line := fmt.Sprintf("%s %s:%d %s", what, strings.TrimPrefix(s.Pos.Filename, dir+"/"), s.Pos.Line, s.Fixer)
			if what == "applied" && s.Line != s.Pos.Line {
				line += fmt.Sprintf(" now %d", s.Line)
			}
			if s.Why != "" {
				line += ": " + s.Why
			}
			lines = append(lines, line)
		}
	}
	add("applied", r.Applied)
	add("dropped", r.Dropped)
	add("left", r.Left)
	for _, name := range r.Unreached {
		lines = append(lines, "unreached "+strings.TrimPrefix(name, dir+"/"))
	}
	for _, f := range r.Failures {
		lines = append(lines, fmt.Sprintf("failed %s on %s: %v", f.Package, f.Context, f.Err))
	}
	return lines
}
