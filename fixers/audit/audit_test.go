package audit_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/version"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/fixers/audit"
	"github.com/gomend/gomend/internal/casetest"
	"github.com/gomend/gomend/workspace"
)

var update = flag.Bool("update", false, "write what is found to the files in testdata")

// Each file in testdata is a code base, with the modules that it depends on below proxy/, and
// what an audit says of it: "options" has the version to come, and the words "test",
// "release", "considered", "programs", "moves" and "weak" for what to do and to show, "os=…"
// for a system, and "until=…" for the toolchain with which something else is found.
func TestRun(t *testing.T) {
	t.Parallel()
	casetest.Run(t, *update, func(t *testing.T, archive *txtar.Archive) []string { return []string{run(t, archive)} })
}

// run lays an archive out and returns what an audit says of it.
func run(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	dir, proxy := casetest.Lay(t, archive, "options"), casetest.Serve(t, archive)
	var options []string
	for _, f := range archive.Files {
		if f.Name == "options" {
			options = strings.Fields(string(f.Data))
		}
	}
	for _, word := range options {
		if v, ok := strings.CutPrefix(word, "until="); ok && version.Compare(runtime.Version(), "go"+v) >= 0 {
			t.Skipf("the toolchain %s has removed settings that this is about", runtime.Version())
		}
	}
	asked := func(word string) bool { return slices.Contains(options, word) }
	o := audit.Options{To: options[0], Test: asked("test")}
	if asked("release") {
		o.View = workspace.Release
	}
	r, err := audit.Run(t.Context(), workspace.Config{Dir: dir, Env: proxy.Env, OS: osOf(options)}, o)
	if err != nil {
		return err.Error() + "\n"
	}
	var b bytes.Buffer
	if asked("programs") {
		for _, p := range r.Programs {
			fmt.Fprintf(&b, "program %s (%s): %s (%s:%d) to %s, moves %s\n", p.ImportPath, p.View, p.Before, p.Decides.Filename, p.Decides.Line, p.After, strings.Join(p.Moves, " "))
			for _, name := range slices.Sorted(maps.Keys(p.Then)) {
				if p.Then[name] != "" && !strings.HasPrefix(name, "tls") {
					fmt.Fprintf(&b, "\tkeeps %s=%s\n", name, p.Then[name])
				}
			}
		}
	}
	if asked("moves") {
		for _, m := range r.Moves {
			fmt.Fprintf(&b, "%s=%s until go1.%d: %d findings, %d considered\n", m.Name, m.Old, m.Changed, m.Findings, m.Considered)
			if m.Keep != "" {
				fmt.Fprintf(&b, "\t→ %s\n", m.Keep)
			}
		}
	}
	for _, f := range r.Findings {
		show(&b, "", &f)
	}
	if asked("considered") {
		for _, f := range r.Considered {
			show(&b, "considered: ", &f)
		}
	}
	if asked("weak") {
		for _, w := range r.Weaknesses {
			fmt.Fprintf(&b, "weak: %s=%s in %s (%s:%d): %s\n", w.Setting, w.Value, strings.Join(w.Mains, " "), w.Pos.Filename, w.Pos.Line, w.Text)
			for _, site := range w.Sites {
				fmt.Fprintf(&b, "\tas %s:%d\n", site.Filename, site.Line)
			}
		}
	}
	for _, x := range r.Removed {
		fmt.Fprintf(&b, "removed: %s:%d: %s\n", x.Pos.Filename, x.Pos.Line, x.Text)
	}
	for _, p := range r.Pins {
		fmt.Fprintf(&b, "pinned: %s:%d: go%s, latent %t\n", p.Pos.Filename, p.Pos.Line, p.Version, p.Latent)
	}
	for _, d := range r.OldDependencies {
		fmt.Fprintf(&b, "old: %s@%s go %s\n", d.Path, d.Version, d.GoVersion)
	}
	for _, u := range r.Undone {
		fmt.Fprintf(&b, "not done: %s: %v\n", u.What, u.Err)
	}
	clean := strings.NewReplacer(dir+string(filepath.Separator), "", dir, "ROOT", proxy.URL, "PROXY")
	return clean.Replace(b.String())
}

// What a program is said to be built with later is what the go command says once the lines
// have risen.
func TestThen(t *testing.T) {
	t.Parallel()
	archive, err := txtar.ParseFile("testdata/views.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if version.Compare(runtime.Version(), "go1.27") >= 0 {
		t.Skipf("the toolchain %s refuses the go.work file", runtime.Version())
	}
	const to = "1.24"
	look := func(rise bool) []audit.Program {
		dir := t.TempDir()
		for _, f := range archive.Files {
			if f.Name == "found" || f.Name == "options" {
				continue
			}
			if base := filepath.Base(f.Name); rise && (base == "go.mod" || base == "go.work") {
				f.Data = regexp.MustCompile(`(?m)^go .*`).ReplaceAll(f.Data, []byte("go "+to))
			}
			name := filepath.Join(dir, f.Name)
			if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, f.Data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		env := append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=", "GOTOOLCHAIN=local")
		r, err := audit.Run(t.Context(), workspace.Config{Dir: dir, Env: env}, audit.Options{To: to})
		if err != nil {
			t.Fatal(err)
		}
		return r.Programs
	}
	before, after := look(false), look(true)
	if len(before) != 4 || len(after) != len(before) {
		t.Fatalf("got %d and %d programs, want 4: two in each view", len(before), len(after))
	}
	for i, p := range before {
		if !maps.Equal(p.Then, after[i].Settings) {
			t.Errorf("%s in view %s: got %v, want %v", p.ImportPath, p.View, p.Then, after[i].Settings)
		}
		if len(after[i].Moves) > 0 {
			t.Errorf("%s in view %s: %v move, and the line does not", p.ImportPath, p.View, after[i].Moves)
		}
	}
}

// osOf returns the system that the options name, if they name one.
func osOf(options []string) string {
	for _, o := range options {
		if name, ok := strings.CutPrefix(o, "os="); ok {
			return name
		}
	}
	return ""
}

func show(b *bytes.Buffer, prefix string, f *audit.Finding) {
	fmt.Fprintf(b, "%s%s:%d: %s, %s, %s", prefix, f.Pos.Filename, f.Pos.Line, f.Cause, f.Trigger, f.Evidence)
	if !f.Sure {
		b.WriteString(", perhaps")
	}
	fmt.Fprintf(b, "\n\t%s\n", f.Text)
	if len(f.Mains) > 0 {
		fmt.Fprintf(b, "\tin %s\n", strings.Join(f.Mains, " "))
	}
	if len(f.Tests) > 0 {
		fmt.Fprintf(b, "\tby %s\n", strings.Join(f.Tests, " "))
	}
	if f.Keep != "" && prefix == "" {
		fmt.Fprintf(b, "\t→ %s\n", f.Keep)
	}
}
