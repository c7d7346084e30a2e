package govuln_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"golang.org/x/vuln/scan"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/vulndb"
	"github.com/gomend/gomend/internal/modproxy"
	"github.com/gomend/gomend/workspace"
)

var update = flag.Bool("update", false, "rewrite what the cases expect")

// A layout is a case that was laid out: a code base in code, a database in db, and what the
// code base requires in a module cache of its own.
type layout struct {
	dir string
	env []string
}

// layOut lays out an archive. Its folders code and db are what they say, and each other one
// is a module of version v1.0.0.
func layOut(t *testing.T, archive *txtar.Archive) *layout {
	t.Helper()
	l := &layout{dir: t.TempDir()}
	proxy, err := modproxy.New(filepath.Join(l.dir, "proxy"))
	if err != nil {
		t.Fatal(err)
	}
	modules := make(map[string]bool)
	for _, f := range archive.Files {
		name := filepath.Join(l.dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
		if top, _, _ := strings.Cut(f.Name, "/"); top != "code" && top != "db" {
			modules[top] = true
		}
	}
	for top := range modules {
		if _, err := proxy.Add(filepath.Join(l.dir, top), "v1.0.0", ""); err != nil {
			t.Fatal(err)
		}
	}
	l.env = append(os.Environ(), "GOPROXY="+proxy.URL(), "GONOSUMDB=*", "GOFLAGS=-modcacherw -mod=mod", "GOWORK=", "GOTOOLCHAIN=local",
		"GOMODCACHE="+filepath.Join(l.dir, "modcache"), "CGO_ENABLED=0")
	return l
}

func (l *layout) scan(t *testing.T, o govuln.Options) *govuln.Result {
	t.Helper()
	db, err := vulndb.Open(t.Context(), filepath.Join(l.dir, "db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	o.Databases = []*vulndb.Database{db}
	r, err := govuln.Scan(t.Context(), workspace.Config{Dir: filepath.Join(l.dir, "code"), Env: l.env, OS: "linux", Arch: "amd64"}, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// told is what was found, a line each.
func told(r *govuln.Result) string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%s %s: %s", f.Advisory.ID, f.Module.Rel, f.Level)
		if f.Precision != govuln.BySymbol {
			fmt.Fprintf(&b, " by %s", f.Precision)
		}
		if kind := f.Kind(); kind != govuln.Shipped {
			fmt.Fprintf(&b, " in %s", strings.ReplaceAll(string(kind), "tool", "tools"))
		}
		b.WriteString("\n")
		for _, c := range f.Calls {
			var steps []string
			for _, s := range c.Trace {
				name := s.Function
				if s.Receiver != "" {
					name = "(" + s.Receiver + ")." + name
				}
				steps = append(steps, fmt.Sprintf("%s.%s %s:%d", s.Package, name, s.File, s.Line))
			}
			fmt.Fprintf(&b, "  %s.%s: %s\n", c.Package, c.Symbol, strings.Join(steps, " -> "))
		}
	}
	for _, u := range r.Unknown {
		fmt.Fprintf(&b, "unknown %s: %s\n", u.Dependency, strings.Join(u.Advisories, " "))
	}
	for _, e := range r.Elsewhere {
		fmt.Fprintf(&b, "elsewhere %s\n", e.ID)
	}
	for i := range r.Failures {
		fmt.Fprintf(&b, "failed %s\n", r.Failures[i].Package)
	}
	return b.String()
}

// Each case is an archive, whose comment has first what it is about, then options, and then
// what is found. Whatever govulncheck calls is called, unless a line "but ID" says that it
// is known to differ there.
func TestScan(t *testing.T) {
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
			about, want, _ := strings.Cut(string(archive.Comment), "\n\n")
			l := layOut(t, archive)
			o := govuln.Options{Views: []workspace.View{workspace.Release}, GoVersion: "go1.22.0"}
			differs := make(map[string]bool)
			for line := range strings.Lines(about) {
				switch fields := strings.Fields(line); {
				case line == "tests\n" || line == "tests":
					o.Tests = true
				case line == "tools\n" || line == "tools":
					o.Tools = true
				case len(fields) == 2 && fields[0] == "but":
					differs[fields[1]] = true
				}
			}
			r := l.scan(t, o)
			got := told(r)
			if *update {
				archive.Comment = []byte(about + "\n\n" + got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			} else if got != want {
				t.Errorf("found was\n%swant\n%s", got, want)
			}
			called := make(map[string]bool)
			for _, f := range r.Findings {
				for _, c := range f.Calls {
					called[f.Advisory.ID+" "+c.Package+"."+c.Symbol] = true
				}
			}
			for _, call := range l.govulncheck(t, o.Tests) {
				if id, _, _ := strings.Cut(call, " "); !called[call] && !differs[id] {
					t.Errorf("govulncheck calls %s", call)
				}
			}
		})
	}
}

// govulncheck returns what it says is called in the module in code.
func (l *layout) govulncheck(t *testing.T, tests bool) []string {
	t.Helper()
	code := filepath.Join(l.dir, "code")
	args := []string{"-C", code, "-format=json", "-db=file://" + filepath.ToSlash(filepath.Join(l.dir, "db"))}
	if tests {
		args = append(args, "-test")
	}
	cmd := scan.Command(t.Context(), append(args, "./...")...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, io.Discard
	cmd.Env = append(slices.Clone(l.env), "GOVERSION=go1.22.0", "GOOS=linux", "GOARCH=amd64")
	t.Chdir(code) // it asks for settings where it runs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("govulncheck: %v", err)
	}
	return callsIn(t, json.NewDecoder(&out))
}

// callsIn returns the calls in what govulncheck writes.
func callsIn(t *testing.T, dec *json.Decoder) []string {
	t.Helper()
	var calls []string
	for {
		var m struct {
			Finding *struct {
				OSV   string
				Trace []struct{ Package, Function, Receiver string }
			}
		}
		if err := dec.Decode(&m); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if m.Finding == nil || m.Finding.Trace[0].Function == "" {
			continue
		}
		f := m.Finding.Trace[0]
		symbol, _, _ := strings.Cut(f.Function, "[") // instances of generic functions
		if f.Receiver != "" {
			symbol = strings.TrimPrefix(f.Receiver, "*") + "." + symbol
		}
		calls = append(calls, m.Finding.OSV+" "+f.Package+"."+symbol)
	}
	return calls
}

// What was found once is remembered, until something changes that it depends on.
func TestRemembered(t *testing.T) {
	archive, err := txtar.ParseFile(filepath.Join("testdata", "calls.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	l := layOut(t, archive)
	o := govuln.Options{Views: []workspace.View{workspace.Release}, Cache: t.TempDir(), GoVersion: "go1.22.0"}
	first := l.scan(t, o)
	if s := first.Scanned[0]; !s.Loaded || s.Remembered {
		t.Errorf("at first it was %+v", s)
	}
	second := l.scan(t, o)
	if s := second.Scanned[0]; !s.Loaded || !s.Remembered || told(second) != told(first) {
		t.Errorf("the second time it was %+v, and found was\n%s", s, told(second))
	}
	var changed string
	err = filepath.WalkDir(filepath.Join(l.dir, "code"), func(name string, d fs.DirEntry, err error) error {
		if filepath.Ext(name) == ".go" {
			changed = name
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(changed)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(changed, append(data, "\nvar added int\n"...), 0o666); err != nil {
		t.Fatal(err)
	}
	if s := l.scan(t, o).Scanned[0]; s.Remembered {
		t.Errorf("after a change it was %+v", s)
	}
}
