package vettool_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gomend/gomend/cmd/internal/vettool"
	"github.com/gomend/gomend/cmd/internal/vettool/vettest"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"vet": vetMain})
}

// vetMain is the vet tool with rules made for the tests. It notes each package
// that it is started for in the file that $VETLOG names.
func vetMain() {
	args := os.Args[1:]
	if !vettool.Invoked(args) {
		fmt.Fprintln(os.Stderr, "not a command line of the go command")
		os.Exit(2)
	}
	if name := os.Getenv("VETLOG"); name != "" && strings.HasSuffix(args[len(args)-1], ".cfg") {
		if err := note(name, args[len(args)-1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	os.Exit(vettool.Main(vettest.Rules(), args, os.Stdout, os.Stderr))
}

func note(logFile, cfgFile string) error {
	data, err := os.ReadFile(cfgFile)
	if err != nil {
		return err
	}
	var cfg struct {
		ImportPath string
		VetxOnly   bool
	}
	if err := json.Unmarshal(data, &cfg); err != nil {
		return err
	}
	f, err := os.OpenFile(logFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	verb := "vet"
	if cfg.VetxOnly {
		verb = "facts"
	}
	_, err = fmt.Fprintf(f, "%s %s\n", verb, cfg.ImportPath)
	return err
}

func TestScripts(t *testing.T) {
	tool, err := exec.LookPath("vet") // put there by testscript.Main
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
		Condition: func(cond string) (bool, error) {
			switch {
			case cond == "cgo":
				return hasCgo(), nil
			case strings.HasPrefix(cond, "toolchain:"):
				return hasToolchain(strings.TrimPrefix(cond, "toolchain:")), nil
			}
			return false, fmt.Errorf("unknown condition %s", cond)
		},
	})
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

func hasCgo() bool {
	out, err := exec.Command("go", "env", "CGO_ENABLED").Output()
	if err != nil || strings.TrimSpace(string(out)) != "1" {
		return false
	}
	_, err = exec.LookPath("gcc")
	return err == nil
}

// hasToolchain reports whether the go command can switch to a toolchain.
func hasToolchain(name string) bool {
	cmd := exec.Command("go", "version")
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+name)
	return cmd.Run() == nil
}
