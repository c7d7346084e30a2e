package goroutineleak_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const twinsDir = "testdata/src/twins"

// TestEveryKernelHasItsTwin holds the twins against the kernels that come with
// the Go distribution.
func TestEveryKernelHasItsTwin(t *testing.T) {
	goroot := strings.TrimSpace(string(goCommand(t, ".", nil, "env", "GOROOT")))
	kernels, err := filepath.Glob(filepath.Join(goroot, "src/runtime/testdata/testgoroutineleakprofile/goker/*.go"))
	if err != nil {
		t.Fatal(err)
	}
	if len(kernels) == 0 {
		t.Skip("this Go distribution came without the kernels")
	}
	for _, kernel := range kernels {
		name := filepath.Base(kernel)
		if name == "main.go" {
			continue
		}
		if _, err := os.Stat(filepath.Join(twinsDir, name)); err != nil {
			t.Errorf("a kernel has no twin: %v", err)
		}
	}
}

// TestTwinsRun runs the twins: each driver's goroutines end, and none is lost
// on the way.
func TestTwinsRun(t *testing.T) {
	out, err := runTwins(t, twinsDir)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if strings.Contains(out, "no goroutine leak profile") {
		t.Skipf("all goroutines ended; whether one was lost on the way is not known: %s", out)
	}
}

// TestTwinsRunSeesALeak shows that TestTwinsRun can fail.
func TestTwinsRunSeesALeak(t *testing.T) {
	dir := t.TempDir()
	leak := "package twins\n\nfunc RunForgotten() { go func() { <-make(chan int) }() }\n"
	write(t, filepath.Join(dir, "forgotten.go"), leak)
	out, err := runTwins(t, dir)
	if err == nil || !strings.Contains(out, "forgotten") || !strings.Contains(out, "RunForgotten.func1") {
		t.Errorf("a twin that leaks ended with %v:\n%s", err, out)
	}
}

// runTwins makes a module of the twins in dir and runs all their drivers. What
// it returns tells of the first that failed.
func runTwins(t *testing.T, dir string) (string, error) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the standard library anew")
	}
	module := t.TempDir()
	if err := os.CopyFS(filepath.Join(module, "twins"), os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(module, os.DirFS("testdata/twinsrun")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(module, "go.mod"), "module twinsrun\n\ngo 1.26\n")
	write(t, filepath.Join(module, "drivers.go"), listDrivers(t, dir))

	env := []string{"GOWORK=off", "GOFLAGS=", experiment()}
	args := []string{"build", "-o", "run.exe", "."}
	if strings.TrimSpace(string(goCommand(t, module, env, "env", "CGO_ENABLED"))) == "1" {
		args = []string{"build", "-race", "-o", "run.exe", "."}
	}
	goCommand(t, module, env, args...)
	out, err := exec.Command(filepath.Join(module, "run.exe")).CombinedOutput()
	return string(out), err
}

// experiment returns the setting with which the go command builds the goroutine
// leak profile in: from Go 1.27 on it needs none, and may know none.
func experiment() string {
	setting := "GOEXPERIMENT=goroutineleakprofile"
	cmd := exec.Command("go", "env", "GOVERSION")
	cmd.Env = append(os.Environ(), setting)
	if cmd.Run() != nil {
		return "GOEXPERIMENT="
	}
	return setting
}

// listDrivers returns the source of a list of the drivers in dir: each file has
// one, which is named after it.
func listDrivers(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no twins in %s: %v", dir, err)
	}
	var list strings.Builder
	list.WriteString("package main\n\nimport \"twinsrun/twins\"\n\nvar drivers = []driver{\n")
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".go")
		fmt.Fprintf(&list, "\t{%q, twins.%s},\n", name, driverOf(t, file, name))
	}
	list.WriteString("}\n")
	return list.String()
}

// driverOf returns the name of the driver of the named twin.
func driverOf(t *testing.T, file, name string) string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, decl := range parsed.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && strings.EqualFold(fn.Name.Name, "run"+name) {
			return fn.Name.Name
		}
	}
	t.Fatalf("%s has no driver", file)
	return ""
}

// goCommand returns what the go command prints in dir, with additions to the
// environment.
func goCommand(t *testing.T, dir string, env []string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	if err != nil {
		if exit, ok := err.(*exec.ExitError); ok {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, exit.Stderr)
		}
		t.Fatal(err)
	}
	return out
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}
