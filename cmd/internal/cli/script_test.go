package cli_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gomend/gomend/internal/modproxy"
	"github.com/gomend/gomend/internal/tree"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts and the command reference")

// gomend is the directory of the command that the scripts run: the real one,
// since the go command runs it as its vet tool.
var gomend string

func TestMain(m *testing.M) {
	if dir := os.Getenv("WRITE_MANY_FILES"); dir != "" {
		fmt.Fprintln(os.Stderr, writeMany(dir)) // and be killed by then
		os.Exit(1)
	}
	flag.Parse()
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (code int, err error) {
	gomend, err = os.MkdirTemp("", "gomend-cli-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(gomend)
	// What the user's own runs have shown is not for the tests.
	os.Setenv("GOMENDCACHE", filepath.Join(gomend, "remembered"))
	build := exec.Command("go", "build", "-o", gomend, "github.com/gomend/gomend/cmd/gomend", "github.com/gomend/gomend/cmd/gomend-fix")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("building gomend: %w\n%s", err, out)
	}
	return m.Run(), nil
}

// commands are those that the scripts have besides testscript's own.
var commands = map[string]func(*testscript.TestScript, bool, []string){
	"exits":  exits,
	"killed": killed,
	"pack":   pack,
	"expand": expand,
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup:               setup(t),
		Cmds:                commands,
	})
}

// setup lets the scripts find gomend, and the build cache, in which the standard
// library is compiled already. Nothing is fetched.
func setup(t *testing.T) func(*testscript.Env) error {
	out, err := exec.Command("go", "env", "-json", "GOCACHE", "GOMODCACHE", "GOFLAGS").Output()
	if err != nil {
		t.Fatal(err)
	}
	var env map[string]string
	if err := json.Unmarshal(out, &env); err != nil {
		t.Fatal(err)
	}
	return func(e *testscript.Env) error {
		for name, value := range env {
			e.Setenv(name, value)
		}
		e.Setenv("GOMENDCACHE", filepath.Join(e.WorkDir, ".remembered"))
		e.Setenv("GOTOOLCHAIN", "local")
		e.Setenv("GOPROXY", "off")
		e.Setenv("GOWORK", "")
		e.Setenv("IN30DAYS", time.Now().UTC().AddDate(0, 0, 30).Format(time.DateOnly))
		e.Setenv("GOMEND", filepath.Join(gomend, "gomend"))
		e.Setenv("PATH", gomend+string(filepath.ListSeparator)+e.Getenv("PATH"))
		return setPorts(e, "SICK", "WELL", "NOBODY")
	}
}

// setPorts lets scripts start services on ports that are free at the moment.
func setPorts(e *testscript.Env, names ...string) error {
	for _, name := range names {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		_, port, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			return err
		}
		e.Setenv(name, port)
	}
	return nil
}

// exits runs a command and fails unless it exits with the given code:
//
//	exits 2 gomend check ./nowhere
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG…]")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := err.(*exec.ExitError)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("exit code %d, not %s", got, args[0])
	}
}

// pack puts a version of the module in a directory into a file-system module
// proxy:
//
//	pack policy v1.2.0 $WORK/proxy
func pack(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: pack DIR VERSION PROXY")
	}
	proxy, err := modproxy.New(ts.MkAbs(args[2]))
	ts.Check(err)
	_, err = proxy.Add(ts.MkAbs(args[0]), args[1], "")
	ts.Check(err)
}

// expand writes a file with UNTIL in it replaced:
//
//	expand FILE TO DATE
func expand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: expand FILE TO DATE")
	}
	text := strings.ReplaceAll(ts.ReadFile(args[0]), "UNTIL", args[2])
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o666))
}

// killed begins to write many files below the working directory, as a command of the name
// does, and is killed before all of them are written:
//
//	killed 'gomend upgrade'
func killed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: killed COMMAND")
	}
	exe, err := os.Executable()
	ts.Check(err)
	dir := ts.MkAbs(".")
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), "WRITE_MANY_FILES="+dir, "WRITING_COMMAND="+args[0])
	ts.Check(cmd.Start())
	// From when there is a manifest it is known what is to be written.
	for {
		if _, err := os.Stat(filepath.Join(dir, ".gomend-journal", "manifest")); err == nil {
			break
		}
	}
	ts.Check(cmd.Process.Kill())
	if err := cmd.Wait(); err == nil || cmd.ProcessState.Exited() {
		ts.Fatalf("the files were written before the command could be killed")
	}
}

// writeMany writes far more files than there is time for.
func writeMany(dir string) error {
	var changes []tree.Change
	for i := range 300 {
		name := filepath.Join(dir, "generated", fmt.Sprintf("%d.go", i))
		changes = append(changes, tree.Change{Op: tree.Create, File: name, New: []byte("package generated\n")})
	}
	return tree.Write(context.Background(), dir, os.Getenv("WRITING_COMMAND"), changes)
}
