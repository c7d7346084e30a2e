package suite_test

import (
	"flag"
	"go/version"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/suite"
)

var update = flag.Bool("update", false, "write what the cases come to into their archives")

// TestCases runs each fixer on the module of its name in testdata. An archive's files below
// want/ are what becomes of others, and "diagnostics" is all that is reported.
func TestCases(t *testing.T) {
	for _, f := range suite.Fixers() {
		t.Run(f.Name(), func(t *testing.T) {
			if version.Compare(version.Lang(runtime.Version()), f.Since) < 0 {
				t.Skipf("%s does not compile %s", runtime.Version(), f.Since)
			}
			archive := filepath.Join("testdata", f.Name()+".txtar")
			changed, diagnostics := fixtest.Settles(t, extract(t, archive), f)
			if *update {
				rewrite(t, archive, changed, diagnostics)
			}
			compare(t, archive, changed, diagnostics)
			for _, k := range f.Kinds {
				if k.Tier != fix.Left && !slices.ContainsFunc(diagnostics, isOf(k)) {
					t.Errorf("no case shows the kind %q", k.Name)
				}
			}
		})
	}
}

// extract writes the files of an archive that are not below want/ into a folder.
func extract(t *testing.T, archive string) string {
	t.Helper()
	ar, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	ar.Files = slices.DeleteFunc(ar.Files, isOutcome)
	files, err := txtar.FS(ar)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	return dir
}

// isOutcome reports whether a file of an archive says what becomes of the others.
func isOutcome(f txtar.File) bool {
	return f.Name == "diagnostics" || strings.HasPrefix(f.Name, "want/")
}

// isOf returns whether a line reports something of a kind.
func isOf(k fix.Kind) func(line string) bool {
	return func(line string) bool {
		fields := strings.SplitN(line, ":", 4)
		return len(fields) == 4 && strings.TrimSpace(fields[2]) == k.Name
	}
}

// compare compares what has become of an archive with what it says.
func compare(t *testing.T, archive string, changed map[string]string, diagnostics []string) {
	t.Helper()
	ar, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[string]string)
	for _, f := range ar.Files {
		if name, ok := strings.CutPrefix(f.Name, "want/"); ok {
			want[name] = string(f.Data)
		} else if got := strings.Join(diagnostics, "\n"); f.Name == "diagnostics" && got != strings.TrimSpace(string(f.Data)) {
			t.Errorf("diagnostics:\n%s\nwant:\n%s", got, f.Data)
		}
	}
	if !maps.EqualFunc(changed, want, func(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) }) {
		t.Errorf("the files become\n%s\nwant\n%s", changed, want)
	}
}

// rewrite writes what has become of an archive into it.
func rewrite(t *testing.T, archive string, changed map[string]string, diagnostics []string) {
	t.Helper()
	ar, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	ar.Files = slices.DeleteFunc(ar.Files, isOutcome)
	ar.Files = append(ar.Files, txtar.File{Name: "diagnostics", Data: []byte(strings.Join(diagnostics, "\n") + "\n")})
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		ar.Files = append(ar.Files, txtar.File{Name: "want/" + name, Data: []byte(changed[name])})
	}
	if err := os.WriteFile(archive, txtar.Format(ar), 0o666); err != nil {
		t.Fatal(err)
	}
}
