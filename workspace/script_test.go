package workspace_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gomend/gomend/workspace"
)

var update = flag.Bool("update", false, "rewrite what the scripts expect")

// TestScripts runs the scripts in testdata/script. Each is a tree of files and
// says what the package makes of it, by three commands that print:
//
//	modules [DIR]               the modules and exclusions as seen from DIR
//	load [-C DIR] VIEW [PATTERN...]  the units and packages
//	mains VIEW SETTING          main packages, with one GODEBUG setting
//
// An error is printed as well. The go command is offline.
func TestScripts(t *testing.T) {
	goEnv := goEnv(t, "GOCACHE", "GOMODCACHE", "GOROOT")
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, goEnv...)
			env.Vars = append(env.Vars, "GOPROXY=off", "GOFLAGS=", "GOTOOLCHAIN=local", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"modules": func(ts *testscript.TestScript, _ bool, args []string) {
				dir := "."
				if len(args) > 0 {
					dir = args[0]
				}
				printer(ts).modules(dir)
			},
			"load": func(ts *testscript.TestScript, _ bool, args []string) {
				dir := "."
				if args[0] == "-C" {
					dir, args = args[1], args[2:]
				}
				printer(ts).load(dir, workspace.View(args[0]), args[1:])
			},
			"mains": func(ts *testscript.TestScript, _ bool, args []string) {
				printer(ts).mains(workspace.View(args[0]), args[1])
			},
		},
	})
}

// goEnv returns the named settings of the go command as an environment.
func goEnv(t *testing.T, names ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var env []string
	for i, value := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		env = append(env, names[i]+"="+value)
	}
	return env
}

// A print writes what a workspace knows, with names relative to the script's work
// directory.
type print struct {
	ts   *testscript.TestScript
	out  io.Writer
	work string
}

func printer(ts *testscript.TestScript) print {
	work, err := filepath.EvalSymlinks(ts.Getenv("WORK"))
	ts.Check(err)
	return print{ts, ts.Stdout(), work}
}

func (p print) printf(format string, args ...any) {
	fmt.Fprint(p.out, p.relative(fmt.Sprintf(format, args...)), "\n")
}

// relative makes names below the work directory relative to it, with slashes.
func (p print) relative(s string) string {
	s = strings.ReplaceAll(s, p.work+string(filepath.Separator), "")
	return filepath.ToSlash(strings.ReplaceAll(s, p.work, "."))
}

// open opens the workspace at dir. It prints an error, and returns nil then.
func (p print) open(dir string) *workspace.Workspace {
	ctx := context.Background()
	w, err := workspace.Open(ctx, workspace.Config{Dir: p.ts.MkAbs(dir), Env: p.environ()})
	if err != nil {
		p.printf("error: %v", err)
		return nil
	}
	p.ts.Defer(func() { w.Close() })
	return w
}

// environ returns the script's environment.
func (p print) environ() []string {
	env := os.Environ()
	for _, name := range []string{"GOPROXY", "GOFLAGS", "GOTOOLCHAIN", "GOWORK"} {
		env = append(env, name+"="+p.ts.Getenv(name))
	}
	return env
}

func (p print) modules(dir string) {
	w := p.open(dir)
	if w == nil {
		return
	}
	p.printf("root %s", w.Root)
	for _, m := range w.Modules {
		switch {
		case m.Err != nil:
			p.printf("module %s: %v", m.Rel, m.Err)
		case m.WorkFile != nil:
			p.printf("module %s %s, go %s, in %s", m.Rel, m.Path, m.GoVersion(), m.WorkFile.Path)
		default:
			p.printf("module %s %s, go %s", m.Rel, m.Path, m.GoVersion())
		}
	}
	for _, x := range w.Excluded {
		p.printf("excluded %s (%s): %s", x.Dir, x.Reason, strings.Join(x.Modules, " "))
	}
}

func (p print) load(dir string, view workspace.View, patterns []string) {
	w := p.open(dir)
	if w == nil {
		return
	}
	s, err := w.Load(context.Background(), view, patterns...)
	if err != nil {
		p.printf("error: %v", err)
		return
	}
	for _, u := range s.Units {
		p.unit(u)
	}
	for _, f := range s.Failures {
		p.printf("failed %s: %s", f.Module.Rel, firstLine(f.Err.Error()))
	}
	for _, u := range s.Unreleased {
		p.printf("unreleased %s, from %s: %s", u.Version, u.Module.Rel, u.Reason)
	}
}

func (p print) unit(u *workspace.Unit) {
	p.printf("unit in %s, %s: %s", u.Dir, p.gowork(u), strings.Join(u.Args(), " "))
	if u.Apart != "" {
		p.printf("\tapart: %s", u.Apart)
	}
	for _, pkg := range u.Packages {
		note := ""
		if pkg.OtherPlatforms() {
			note = " (other platforms)"
		}
		p.printf("\t%s%s", pkg.ImportPath, note)
		for _, e := range pkg.Errors {
			p.printf("\t\t%s", firstLine(e.Error()))
		}
	}
}

// gowork describes the unit's GOWORK setting.
func (p print) gowork(u *workspace.Unit) string {
	i := slices.IndexFunc(u.Env, func(s string) bool { return strings.HasPrefix(s, "GOWORK=") })
	file := strings.TrimPrefix(u.Env[i], "GOWORK=")
	if strings.Contains(file, "gomend-work-") {
		return "temporary go.work"
	}
	return file
}

func (p print) mains(view workspace.View, setting string) {
	w := p.open(".")
	if w == nil {
		return
	}
	mains, err := w.Mains(context.Background(), view)
	if err != nil {
		p.printf("error: %v", err)
		return
	}
	for _, m := range mains {
		p.printf("main %s, go %s, %s=%s: %s", m.ImportPath, m.GoVersion, setting, m.Godebug[setting], strings.Join(m.Deps, " "))
	}
}

func firstLine(s string) string {
	first, _, _ := strings.Cut(s, "\n")
	return first
}
