package remedy_test

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/remedy"
	"github.com/gomend/gomend/govuln/vulndb"
	"github.com/gomend/gomend/internal/casetest"
	"github.com/gomend/gomend/workspace"
)

var update = flag.Bool("update", false, "rewrite what the cases expect")

// Each case is a code base with its database in db; the comment's last line may name the level
// that is to end. It finds the upgrade, and what changes in go.mod and go.work files.
func TestFind(t *testing.T) {
	casetest.Run(t, *update, func(t *testing.T, archive *txtar.Archive) []string {
		proxy := casetest.Serve(t, archive)
		dir := casetest.Lay(t, archive)
		sums(t, dir, proxy.Env)
		db, err := vulndb.Open(t.Context(), filepath.Join(dir, "db"), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		o := remedy.Options{Scan: govuln.Options{Databases: []*vulndb.Database{db}, GoVersion: "go1.25.0"}, Test: hasTests(archive)}
		about := strings.Fields(string(archive.Comment))
		if err := o.Level.UnmarshalText([]byte(about[len(about)-1])); err != nil {
			o.Level = govuln.Called
		}
		r, err := remedy.Find(t.Context(), workspace.Config{Dir: dir, Env: append(proxy.Env, "CGO_ENABLED=0")}, o)
		if err != nil {
			t.Fatal(err)
		}
		return []string{told(r, dir)}
	})
}

func hasTests(archive *txtar.Archive) bool {
	return slices.ContainsFunc(archive.Files, func(f txtar.File) bool { return strings.HasSuffix(f.Name, "_test.go") })
}

// sums writes the go.sum files of the modules below a directory. One that requires a sibling
// that is not released can't have its own.
func sums(t *testing.T, dir string, env []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "go.mod" {
			return err
		}
		cmd := exec.CommandContext(t.Context(), "go", "mod", "download", "all")
		cmd.Dir, cmd.Env = filepath.Dir(name), append(slices.Clone(env), "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil && !bytes.Contains(out, []byte("example.com/lib@v0.1.0")) {
			return fmt.Errorf("%s: %w: %s", name, err, out)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// told is a remedy in words.
func told(r *remedy.Remedy, dir string) string {
	var b strings.Builder
	for _, m := range r.Modules {
		fmt.Fprintf(&b, "%s: %d of %d used and %d listed move, go %s → %s\n", m.Rel, len(m.Moved), m.Used, m.Listed, m.GoFrom, m.GoTo)
		for _, f := range m.Floors {
			var ids []string
			for _, e := range f.Ends {
				ids = append(ids, e.ID)
			}
			fmt.Fprintf(&b, "  floor %s %s → %s", f.Path, f.From, f.To)
			if f.Later != "" {
				fmt.Fprintf(&b, " rather than %s", f.Later)
			}
			fmt.Fprintf(&b, ": %s\n", strings.Join(ids, " "))
		}
		for _, v := range m.Moved {
			fmt.Fprintf(&b, "  moves %s %s → %s\n", v.Path, v.From, v.To)
		}
		for _, c := range m.Costs {
			fmt.Fprintf(&b, "  %s costs %d", c.Advisory.ID, len(c.Moved))
			if c.Go != "" {
				fmt.Fprintf(&b, ", without it go %s", c.Go)
			}
			b.WriteString("\n")
		}
	}
	for i := range r.Before.Failures {
		fmt.Fprintf(&b, "failed %v\n", &r.Before.Failures[i])
	}
	for _, s := range r.Stays {
		fmt.Fprintf(&b, "stays %s in %s (%s): %s\n", s.Advisory.ID, s.Module.Rel, s.View, s.Why)
	}
	for _, c := range r.API {
		fmt.Fprintf(&b, "api %s %s → %s: %s, and %d compatible\n", c.Package, c.From, c.To, strings.Join(c.Incompatible, "; "), c.Compatible)
	}
	if t := r.Toolchain; t != nil {
		fmt.Fprintf(&b, "toolchain %s → %s\n", strings.Join(t.From, " "), t.To)
		for _, p := range t.Pins {
			name, _ := filepath.Rel(dir, p.Filename)
			fmt.Fprintf(&b, "  %s:%d: %s %s → %s\n", filepath.ToSlash(name), p.Line, p.What, p.Version, p.To)
		}
	}
	if p := r.Proof; p != nil {
		for _, w := range p.Worse {
			fmt.Fprintf(&b, "worse %s %s\n", w.Kind, w.Package)
		}
		for _, l := range p.Left {
			fmt.Fprintf(&b, "harm by %s\n", l.What)
		}
		for _, c := range p.Changes {
			name, _ := filepath.Rel(dir, c.File)
			if !strings.HasSuffix(name, ".sum") {
				b.WriteString(udiff.Unified(filepath.ToSlash(name), filepath.ToSlash(name), string(c.Old), string(c.New)))
			}
		}
		fmt.Fprintf(&b, "sound: %t\n", r.Sound())
	}
	return b.String()
}
