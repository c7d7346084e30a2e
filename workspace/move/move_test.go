package move_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/internal/casetest"
	"github.com/gomend/gomend/internal/tree"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/move"
)

var update = flag.Bool("update", false, "write what comes of the moves to the files in testdata")

// Each file in testdata is a code base, moves in it, and what comes of each: the error, or
// what was reported and the lines that change. A section "move" has the two names and
// options: "subpackages", "generated", "test", "both" views rather than one, which takes
// half the time, and before the names a directory to stand in, as "-C DIR".
func TestPackage(t *testing.T) {
	t.Parallel()
	casetest.Run(t, *update, func(t *testing.T, archive *txtar.Archive) (found []string) {
		dir := casetest.Lay(t, archive, "move")
		for _, f := range archive.Files {
			if f.Name == "move" {
				found = append(found, outcome(t, dir, strings.Fields(string(f.Data))))
			}
		}
		return found
	})
}

func environ() []string {
	return append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=", "GOTOOLCHAIN=local")
}

// parse returns the arguments for a move in the code base at dir.
func parse(t *testing.T, dir string, args []string) (cfg workspace.Config, from, to string, o move.Options) {
	t.Helper()
	cfg = workspace.Config{Dir: dir, Env: environ()}
	if args[0] == "-C" {
		cfg.Dir, args = filepath.Join(dir, args[1]), args[2:]
	}
	o.Views = []workspace.View{workspace.Work}
	for _, option := range args[2:] {
		switch option {
		case "subpackages":
			o.Subpackages = true
		case "generated":
			o.Generated = true
		case "test":
			o.Test = true
		case "both":
			o.Views = nil
		default:
			t.Fatalf("no option is called %s", option)
		}
	}
	return cfg, args[0], args[1], o
}

// outcome makes a move and returns what comes of it.
func outcome(t *testing.T, dir string, args []string) string {
	t.Helper()
	before := contents(t, dir)
	cfg, from, to, o := parse(t, dir, args)
	r, err := move.Package(t.Context(), cfg, from, to, o)
	if after := contents(t, dir); !bytes.Equal(txtar.Format(before), txtar.Format(after)) {
		t.Error("the tree was written to")
	}
	if err != nil {
		return strings.NewReplacer(dir+string(filepath.Separator), "", filepath.Dir(dir), "PARENT").Replace(err.Error()) + "\n"
	}
	return shown(t, r, dir)
}

// shown returns what a result says.
func shown(t *testing.T, r *move.Result, dir string) string {
	t.Helper()
	var b strings.Builder
	rel := func(name string) string {
		short, err := filepath.Rel(dir, name)
		if err != nil {
			return name
		}
		return filepath.ToSlash(short)
	}
	for _, p := range r.Moved {
		fmt.Fprintf(&b, "%s (%s) → %s (%s)\n", p.Old.ImportPath, p.Old.Name, p.New.ImportPath, p.New.Name)
	}
	for _, path := range r.Importers {
		fmt.Fprintf(&b, "imported by %s\n", path)
	}
	for _, name := range r.Kept {
		fmt.Fprintf(&b, "old name kept in %s\n", rel(name))
	}
	for _, name := range r.Emptied {
		fmt.Fprintf(&b, "nothing left in %s\n", rel(name))
	}
	for _, x := range r.Mentions {
		fmt.Fprintf(&b, "mention, %s: %s:%d: %s\n", x.Kind, rel(x.File), x.Line, x.Text)
	}
	for _, x := range r.Worse {
		fmt.Fprintf(&b, "worse, %s %s: %s%s\n", x.View, x.Kind, x.Package, indented(x.Test, x.Detail, dir))
	}
	gone := make(map[string][]byte)
	for _, c := range r.Changes {
		if c.Op == move.Remove {
			gone[filepath.Base(c.File)] = c.Old
		}
	}
	for _, c := range r.Changes {
		fmt.Fprintf(&b, "%s %s\n", c.Op, rel(c.File))
		switch c.Op {
		case move.Edit:
			b.WriteString(edits(c.Old, c.New))
		case move.Create:
			b.WriteString(edits(gone[filepath.Base(c.File)], c.New))
		}
	}
	return b.String()
}

// indented returns what a regression says beside its place.
func indented(test, detail, dir string) string {
	text := strings.TrimSpace(strings.ReplaceAll(detail, dir+string(filepath.Separator), ""))
	text = strings.TrimSpace(test + " " + text)
	if text == "" {
		return " as a whole"
	}
	return "\n\t" + strings.ReplaceAll(text, "\n", "\n\t")
}

// edits returns the lines that are other ones afterwards.
func edits(old, content []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(diff.Diff("old", old, "new", content))) {
		switch {
		case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "):
		case strings.HasPrefix(line, "-"), strings.HasPrefix(line, "+"):
			b.WriteString("\t" + line)
		}
	}
	return b.String()
}

// contents returns all files below a directory.
func contents(t *testing.T, dir string) *txtar.Archive {
	t.Helper()
	all := new(txtar.Archive)
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		all.Files = append(all.Files, txtar.File{Name: filepath.ToSlash(rel), Data: data})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// apply writes the changes, as the command does.
func apply(t *testing.T, root string, changes []move.Change) {
	t.Helper()
	var all []tree.Change
	for _, c := range changes {
		op := map[move.Op]tree.Op{move.Edit: tree.Edit, move.Create: tree.Create, move.Remove: tree.Remove}[c.Op]
		all = append(all, tree.Change{Op: op, File: c.File, Old: c.Old, New: c.New})
	}
	if err := tree.Write(t.Context(), root, "test", all); err != nil {
		t.Fatal(err)
	}
}

// A move and the move back leave every byte as it was.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	archive, err := txtar.ParseFile("testdata/three_modules.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, from, to, from2, to2 string }{
		{"renamed", "./cart/basket", "trolley", "./cart/trolley", "basket"},
		{"moved", "./cart/basket", "./cart/internal/store", "./cart/internal/store", "./cart/basket"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := casetest.Lay(t, archive, "move")
			before := contents(t, dir)
			cfg := workspace.Config{Dir: dir, Env: environ()}
			for _, step := range [][2]string{{test.from, test.to}, {test.from2, test.to2}} {
				r, err := move.Package(t.Context(), cfg, step[0], step[1], move.Options{Subpackages: true, Views: []workspace.View{workspace.Work}})
				if err != nil {
					t.Fatal(err)
				}
				if len(r.Kept) > 0 {
					t.Errorf("the old name is kept in %q", r.Kept)
				}
				apply(t, dir, r.Changes)
			}
			after := contents(t, dir)
			if !bytes.Equal(txtar.Format(before), txtar.Format(after)) {
				t.Errorf("%s", diff.Diff("before", txtar.Format(before), "after", txtar.Format(after)))
			}
		})
	}
}

// open lays out the code base of an archive's text.
func open(t *testing.T, text string) workspace.Config {
	t.Helper()
	return workspace.Config{Dir: casetest.Lay(t, txtar.Parse([]byte(text))), Env: environ()}
}

const small = `
-- go.mod --
module example.com/m

go 1.26
-- cart/cart.go --
package cart

const X = 1
-- cart/run.sh --
echo
-- use/use.go --
package use

import "example.com/m/cart"

const X = cart.X
`

// A change in which nothing is amiss needs no look at what was before.
func TestSteps(t *testing.T) {
	t.Parallel()
	var steps []string
	_, err := move.Package(t.Context(), open(t, small), "./cart", "basket", move.Options{
		Views: []workspace.View{workspace.Work},
		Step:  func(what string) { steps = append(steps, what) },
	})
	want := []string{"reading what imports example.com/m/cart", "laying out the code base as it is to be", "looking at what works with the changes"}
	if err != nil || !slices.Equal(steps, want) {
		t.Errorf("got %q, %v", steps, err)
	}
}

// Permissions go along.
func TestPermissions(t *testing.T) {
	t.Parallel()
	cfg := open(t, small)
	if err := os.Chmod(filepath.Join(cfg.Dir, "cart", "run.sh"), 0o755); err != nil {
		t.Fatal(err)
	}
	r, err := move.Package(t.Context(), cfg, "./cart", "basket", move.Options{Views: []workspace.View{workspace.Work}})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(r.Changes, func(c move.Change) bool { return c.File == filepath.Join(cfg.Dir, "basket", "run.sh") })
	if i < 0 || r.Changes[i].Op != move.Create || r.Changes[i].Perm != 0o755 {
		t.Errorf("got %v", r.Changes)
	}
}

// What the writer of changes can't move is refused.
func TestLink(t *testing.T) {
	t.Parallel()
	cfg := open(t, small)
	if err := os.Symlink("../use/use.go", filepath.Join(cfg.Dir, "cart", "link.txt")); err != nil {
		t.Skip(err)
	}
	_, err := move.Package(t.Context(), cfg, "./cart", "basket", move.Options{})
	if err == nil || !strings.Contains(err.Error(), "cart/link.txt is a symbolic link, which gomend does not move") {
		t.Errorf("got %v", err)
	}
}

func TestCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	o := move.Options{Step: func(what string) {
		if strings.HasPrefix(what, "reading") {
			cancel()
		}
	}}
	if _, err := move.Package(ctx, open(t, small), "./cart", "basket", o); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Temporary files may stand in the code base itself.
func TestTemporaryFilesInTheTree(t *testing.T) {
	cfg := open(t, small)
	temp := filepath.Join(cfg.Dir, "tmp")
	if err := os.Mkdir(temp, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, temp)
	}
	r, err := move.Package(t.Context(), cfg, "./cart", "basket", move.Options{Views: []workspace.View{workspace.Work}})
	if err != nil || len(r.Worse) > 0 {
		t.Errorf("got %v, %v", r, err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// An overlay has files that are not in the tree.
func TestOverlay(t *testing.T) {
	t.Parallel()
	cfg := open(t, small)
	cfg.Overlay = filepath.Join(t.TempDir(), "overlay.json")
	if _, err := move.Package(t.Context(), cfg, "./cart", "basket", move.Options{}); err == nil || !strings.Contains(err.Error(), "can't be moved in an overlay") {
		t.Errorf("got %v", err)
	}
}

// A go.work file lists modules beside its own directory, and those may move, too.
func TestModulesElsewhere(t *testing.T) {
	t.Parallel()
	top := open(t, `
-- code/go.work --
go 1.26

use (
	./app
	../lib
)
-- code/app/go.mod --
module example.com/app

go 1.26
-- code/app/app.go --
package app

import "example.com/lib/cart"

const X = cart.X
-- lib/go.mod --
module example.com/lib

go 1.26

require example.com/tools v0.0.0

replace example.com/tools => ../tools
-- lib/cart/cart.go --
package cart

import "example.com/tools"

const X = tools.X
-- tools/go.mod --
module example.com/tools

go 1.26
-- tools/tools.go --
package tools

const X = 1
`)
	cfg := top
	cfg.Dir = filepath.Join(top.Dir, "code")
	r, err := move.Package(t.Context(), cfg, "example.com/lib/cart", "../lib/deep/basket", move.Options{Test: true})
	if err != nil {
		t.Fatal(err)
	}
	// Only in the workspace has the app what it imports.
	if len(r.Worse) > 0 || !slices.Equal(r.Importers, []string{"example.com/app"}) || len(r.Changes) != 3 {
		t.Errorf("got %s", shown(t, r, top.Dir))
	}
}
