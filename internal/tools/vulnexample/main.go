// Vulnexample shows what gomend does about vulnerabilities on a copy of examples/payments that
// has one more package, and with it a vulnerable dependency:
//
//	go run ./internal/tools/vulnexample -gomend PROGRAM
//
// It needs no network: the dependency is packed into a module proxy on the disk, and its
// advisory is in a database beside it. It prints the commands that it runs with their output,
// and fails where one has another exit code than it is known to have.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/internal/modproxy"
)

// steps are the commands, with their exit codes.
var steps = []struct {
	command string
	code    int
}{
	{"gomend vuln --db db", 1},
	{"gomend vuln db show --db db example.com/money", 0},
	{"gomend vuln fix --db db --diff", 0},
	{"gomend vuln fix --db db", 0},
	{"gomend vuln --db db --base HEAD", 0},
	{"gomend sbom --workspace --base HEAD", 0},
	{"gomend sbom ./api -o text", 0},
	{"go build -o api.exe ./api", 0},
	{"gomend sbom --verify api.exe", 0},
	{"gomend vuln binary --db db --code api.exe", 0},
	{"git checkout -q -- .", 0},
	{"gomend sbom --verify api.exe", 1},
	{"gomend vuln --db db -q -m ./api -o openvex", 1},
}

const source = "examples/payments"

func main() {
	log.SetFlags(0)
	log.SetPrefix("vulnexample: ")
	gomend := flag.String("gomend", "", "the `program`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *gomend); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, gomend string) error {
	if gomend == "" {
		return errors.New("-gomend is needed")
	}
	gomend, err := filepath.Abs(gomend)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "vulnexample-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	s := &shell{gomend: gomend, dir: filepath.Join(scratch, "payments"), env: append(os.Environ(),
		"GONOSUMDB=example.com", "GOFLAGS=-modcacherw", "GOTOOLCHAIN=local", "GOWORK=",
		"GOMODCACHE="+filepath.Join(scratch, "modcache"), "SOURCE_DATE_EPOCH=1798761600")}
	if err := s.layOut(ctx, filepath.Join(scratch, "proxy")); err != nil {
		return err
	}
	for _, step := range steps {
		fmt.Println("$ " + step.command)
		if err := s.run(ctx, step.code, true, strings.Fields(step.command)...); err != nil {
			return err
		}
		fmt.Println()
	}
	return nil
}

// A shell runs commands in the copy.
type shell struct {
	gomend string // the program
	dir    string
	env    []string
}

func (s *shell) run(ctx context.Context, code int, show bool, args ...string) error {
	name := args[0]
	if name == "gomend" {
		name = s.gomend
	}
	cmd := exec.CommandContext(ctx, name, args[1:]...)
	cmd.Dir, cmd.Env = s.dir, s.env
	out, err := cmd.CombinedOutput()
	if show {
		os.Stdout.Write(out)
	}
	if got := cmd.ProcessState.ExitCode(); got != code {
		return fmt.Errorf("%s: exit code %d, not %d: %w\n%s", strings.Join(args, " "), got, code, err, out)
	}
	return nil
}

// layOut makes the copy, with the vulnerable dependency, and commits it.
func (s *shell) layOut(ctx context.Context, proxyDir string) error {
	vulnerable := filepath.Join(source, "testdata", "vulnerable")
	proxy, err := modproxy.New(proxyDir)
	if err != nil {
		return err
	}
	s.env = append(s.env, "GOPROXY="+proxy.URL())
	for _, version := range []string{"v1.0.0", "v1.1.0"} {
		if _, err := proxy.Add(filepath.Join(vulnerable, "money", version), version, ""); err != nil {
			return err
		}
	}
	if err := copyTree(s.dir, source, "testdata"); err != nil {
		return err
	}
	if err := copyTree(s.dir, vulnerable, "money"); err != nil {
		return err
	}
	for _, m := range []string{"shared", "api", "worker"} {
		if err := s.require(ctx, m, m != "shared"); err != nil {
			return err
		}
	}
	for _, args := range [][]string{
		{"init", "-q", "-b", "main", "."}, {"add", "."}, {"-c", "user.name=dev", "-c", "user.email=dev@example.com", "commit", "-q", "-m", "rates"}, {"tag", "api/v1.8.0"},
	} {
		if err := s.run(ctx, 0, false, append([]string{"git"}, args...)...); err != nil {
			return err
		}
	}
	return nil
}

// require has a module require the dependency, and know its sums.
func (s *shell) require(ctx context.Context, module string, indirect bool) error {
	dir := filepath.Join(s.dir, module)
	name := filepath.Join(dir, "go.mod")
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	f, err := modfile.Parse(name, data, nil)
	if err != nil {
		return err
	}
	f.AddNewRequire("example.com/money", "v1.0.0", indirect)
	f.SetRequireSeparateIndirect(f.Require)
	f.Cleanup()
	if data, err = f.Format(); err != nil {
		return err
	}
	if err := os.WriteFile(name, data, 0o666); err != nil {
		return err
	}
	if indirect {
		sums, err := os.ReadFile(filepath.Join(s.dir, "shared", "go.sum"))
		return cmp.Or(err, os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o666))
	}
	tidy := *s
	tidy.dir, tidy.env = dir, append(slices.Clip(s.env), "GOWORK=off")
	return tidy.run(ctx, 0, false, "go", "mod", "tidy")
}

// copyTree copies a directory, but for one below it.
func copyTree(to, from, but string) error {
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if rel == but {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, rel), 0o777)
		}
		data, err := os.ReadFile(name)
		return cmp.Or(err, os.WriteFile(filepath.Join(to, rel), data, 0o666))
	})
}
