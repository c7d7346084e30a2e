package engine_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gomend/gomend/cmd/internal/engine"
	"github.com/gomend/gomend/cmd/internal/vettool/vettest"
	"github.com/gomend/gomend/workspace"
)

func TestMain(m *testing.M) {
	testscript.Main(vettest.WithTool{M: m}, map[string]func(){"check": checkMain})
}

// checkMain runs the engine with the rules made for the tests and prints the
// result, one thing a line.
func checkMain() {
	var req engine.Request
	tool, err := exec.LookPath("vet")
	if err != nil {
		fatal(err)
	}
	req.Tool = tool
	req.Rules = vettest.Rules()
	flag.StringVar(&req.Config.Overlay, "overlay", "", "overlay file")
	flag.BoolVar(&req.Portable, "portable", false, "portable results")
	flag.BoolVar(&req.Cost, "cost", false, "print the analyzers that took time")
	flag.Func("view", "work or release", func(s string) (err error) {
		req.View, err = workspace.ParseView(s)
		return err
	})
	flag.Func("platform", "GOOS/GOARCH", func(s string) error {
		os, arch, _ := strings.Cut(s, "/")
		req.Platforms = append(req.Platforms, engine.Platform{OS: os, Arch: arch})
		return nil
	})
	flag.Func("plugin", "NAME=PATH", func(s string) error {
		name, path, _ := strings.Cut(s, "=")
		req.Plugins = append(req.Plugins, engine.Plugin{Name: name, Path: path})
		return nil
	})
	flag.Func("flag", "flag for the analyzers", func(s string) error {
		req.Flags = append(req.Flags, s)
		return nil
	})
	verbose := flag.Bool("v", false, "log what is run")
	asJSON := flag.Bool("json", false, "print the findings as JSON")
	flag.Parse()
	req.Patterns = flag.Args()
	if *verbose {
		req.Config.Log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	res, err := engine.Run(context.Background(), req)
	if err != nil {
		fatal(err)
	}
	if *asJSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "\t")
		if err := enc.Encode(res.Findings); err != nil {
			fatal(err)
		}
		return
	}
	print(os.Stdout, res)
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(2)
}

func print(w io.Writer, res *engine.Result) {
	for _, f := range res.Findings {
		fmt.Fprintf(w, "%s:%d:%d: %s: %s", f.File, f.Line, f.Column, f.ID(), f.Message)
		for _, list := range [][]string{f.Mains, f.Platforms} {
			if len(list) > 0 {
				fmt.Fprintf(w, " %v", list)
			}
		}
		fmt.Fprintln(w)
		for _, r := range f.Related {
			fmt.Fprintf(w, "\t%s:%d: %s\n", r.File, r.Line, r.Message)
		}
	}
	for _, s := range res.Suppressions {
		fmt.Fprintf(w, "%s:%d: suppression of %v on lines %d to %d in %s\n", s.File, s.Line, s.Rules, s.FirstLine, s.LastLine, s.Package)
	}
	for _, p := range res.Packages {
		if res.Complete(p.ImportPath) {
			fmt.Fprintf(w, "complete: %s in %s: %d files\n", p.ImportPath, p.Dir, p.Files)
		} else {
			fmt.Fprintf(w, "in part: %s in %s: %d files\n", p.ImportPath, p.Dir, p.Files)
		}
	}
	for _, f := range res.Failures {
		fmt.Fprintf(w, "failure: %v", &f)
		if len(f.Platforms) > 0 {
			fmt.Fprintf(w, " %v", f.Platforms)
		}
		fmt.Fprintln(w)
	}
	for _, name := range res.OtherPlatforms {
		fmt.Fprintf(w, "for other platforms: %s\n", name)
	}
	for _, name := range slices.Sorted(maps.Keys(res.Cost)) {
		fmt.Fprintf(w, "cost of %s: %v\n", name, res.Cost[name] > 0)
	}
}

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

func TestScripts(t *testing.T) {
	tool, err := exec.LookPath("vet") // put there by vettest.WithTool
	if err != nil {
		t.Fatal(err)
	}
	env := goEnv(t, "GOCACHE", "GOMODCACHE", "GOPROXY", "GOSUMDB", "GOFLAGS")
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			for name, value := range env {
				e.Setenv(name, value)
			}
			e.Setenv("TOOL", tool)
			e.Setenv("GOTOOLCHAIN", "local")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"unseen": unseen},
		Condition: func(cond string) (bool, error) {
			if name, ok := strings.CutPrefix(cond, "toolchain:"); ok {
				return hasToolchain(name), nil
			}
			return false, fmt.Errorf("unknown condition %s", cond)
		},
	})
}

// started tells the runs of the test program apart.
var started = time.Now().UnixNano()

// unseen makes the named files new to the go command's cache, which outlives the
// test: the same script with the same tool would find its results there.
func unseen(ts *testscript.TestScript, _ bool, files []string) {
	for _, file := range files {
		content := fmt.Sprintf("%s\n// Run %d.\n", ts.ReadFile(file), started)
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(content), 0o666))
	}
}

func goEnv(t *testing.T, names ...string) map[string]string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"env", "-json"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	env := make(map[string]string)
	if err := json.Unmarshal(out, &env); err != nil {
		t.Fatal(err)
	}
	return env
}

// hasToolchain reports whether the go command can switch to a toolchain.
func hasToolchain(name string) bool {
	cmd := exec.Command("go", "version")
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+name)
	return cmd.Run() == nil
}
