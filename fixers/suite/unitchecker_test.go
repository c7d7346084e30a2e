package suite_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/gomend/gomend/fixers/suite"
)

// asTool names the variable of the environment with which the test is the fixers, as a tool
// of the go command.
const asTool = "GOMEND_SUITE_TOOL"

func TestMain(m *testing.M) {
	if os.Getenv(asTool) != "" {
		var analyzers []*analysis.Analyzer
		for _, f := range suite.Fixers() {
			analyzers = append(analyzers, f.Analyzer)
		}
		unitchecker.Main(analyzers...)
	}
	os.Exit(m.Run())
}

// TestFixTool runs the fixers as a tool of "go fix", which knows the toolchain's version as
// that of the standard library: functions of io/ioutil are replaced from Go 1.16 on all the
// same, and nothing is by what is newer than the module.
func TestFixTool(t *testing.T) {
	for goVersion, want := range map[string]string{
		"1.15": `var A, E = ioutil.ReadAll(nil)`,
		"1.16": `var A, E = io.ReadAll(nil)`,
		"1.22": `var A, E = io.ReadAll(nil)`,
	} {
		t.Run(goVersion, func(t *testing.T) {
			got := fixed(t, goVersion, `import "io/ioutil"

var A, E = ioutil.ReadAll(nil)
`)
			if !strings.Contains(got, want) {
				t.Errorf("it becomes\n%s\nwant %s", got, want)
			}
		})
	}
	const pointers = `import "reflect"

var K, T = reflect.Ptr, reflect.PtrTo(nil)
`
	if got := fixed(t, "1.17", pointers); !strings.HasSuffix(got, pointers) {
		t.Errorf("at go 1.17 it becomes\n%s", got)
	}
	if got := fixed(t, "1.18", pointers); !strings.Contains(got, "reflect.Pointer, reflect.PointerTo(nil)") {
		t.Errorf("at go 1.18 it becomes\n%s", got)
	}
}

// fixed returns what "go fix" with the fixers makes of a file in a module of a version.
func fixed(t *testing.T, goVersion, text string) string {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, "a.go")
	for file, text := range map[string]string{
		filepath.Join(dir, "go.mod"): "module example.com/a\n\ngo " + goVersion + "\n",
		name:                         "package a\n\n" + text,
	} {
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	tool, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "fix", "-fixtool="+tool, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), asTool+"=1", "GOWORK=off", "GOFLAGS=", "GOPROXY=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
