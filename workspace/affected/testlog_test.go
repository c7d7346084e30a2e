package affected_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomend/gomend/workspace/affected"
)

func TestParseTestLog(t *testing.T) {
	dir := filepath.FromSlash("/code/a")
	log := "# test log\ngetenv HOME\nopen testdata/x.txt\nstat ../shared\nchdir /code/b\nopen golden file.txt\nopen /etc/hosts\ngetenv HOME\n"
	got, err := affected.ParseTestLog([]byte(log), dir)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, name := range []string{"/code/a/testdata/x.txt", "/code/b", "/code/b/golden file.txt", "/code/shared", "/etc/hosts"} {
		want = append(want, filepath.FromSlash(name))
	}
	if !slices.Equal(got.Files, want) {
		t.Errorf("files are %q, want %q", got.Files, want)
	}
	if want := append(want[:1:1], want[2], want[4]); !slices.Equal(got.Opened, want) {
		t.Errorf("opened are %q, want %q", got.Opened, want)
	}
	if !slices.Equal(got.Env, []string{"HOME"}) {
		t.Errorf("variables are %q, want HOME", got.Env)
	}
}

func TestParseTestLogRefuses(t *testing.T) {
	tests := []struct{ name, log, want string }{
		{"nothing", "", "does not begin"},
		{"another file", "open x\n", "does not begin"},
		{"a log that is cut off", "# test log\nopen a\nopen b", "line 3"},
		{"a line without name", "# test log\nopen\n", "line 2"},
		{"an operation of a later Go", "# test log\nopen a\nrename b\n", "line 3"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := affected.ParseTestLog([]byte(test.log), "/")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

// TestTestLogOfTheGoCommand reads a log that a real test binary writes.
func TestTestLogOfTheGoCommand(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.mod"), []byte("module m\n\ngo 1.26\n"))
	write(t, filepath.Join(dir, "golden.txt"), []byte("x"))
	write(t, filepath.Join(dir, "a", "a_test.go"), []byte("package a\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc Test(t *testing.T) { os.ReadFile(\"../golden.txt\"); os.Getenv(\"COLOUR\") }\n"))
	cmd := exec.Command("go", "test", "-vet=off", "./a", "-args", "-test.testlogfile="+filepath.Join(dir, "log"))
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go test: %v\n%s", err, out)
	}
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := affected.ParseTestLog(log, filepath.Join(dir, "a"))
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(dir, "golden.txt"); !slices.Contains(got.Files, want) || !slices.Contains(got.Env, "COLOUR") {
		t.Errorf("got %q and %q, want %s and COLOUR among them", got.Files, got.Env, want)
	}
}

func FuzzParseTestLog(f *testing.F) {
	f.Add([]byte("# test log\nopen a\nstat /b\nchdir /c\ngetenv D\n"))
	f.Add([]byte("# test log\n"))
	f.Add([]byte("# test log\nopen \n\nchdir ..\n"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, log []byte) {
		got, err := affected.ParseTestLog(log, dir)
		if err != nil {
			return
		}
		for _, name := range got.Files {
			if !filepath.IsAbs(name) || name != filepath.Clean(name) {
				t.Errorf("%q is not absolute and clean", name)
			}
		}
		if !slices.IsSorted(got.Files) || len(slices.Compact(slices.Clone(got.Files))) != len(got.Files) {
			t.Errorf("the files are not sorted, each once: %q", got.Files)
		}
	})
}
