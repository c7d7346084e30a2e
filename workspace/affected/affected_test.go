package affected_test

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
	"time"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"

	"github.com/gomend/gomend/internal/modproxy"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/affected"
)

var update = flag.Bool("update", false, "rewrite what the cases want")

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "observe" {
		os.Exit(observe(os.Args[2], os.Args[3:]))
	}
	if os.Args[len(os.Args)-1] == "wait" {
		time.Sleep(time.Minute) // until it is killed
	}
	flag.Parse()
	for _, name := range []string{"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"} {
		os.Setenv(name, os.DevNull)
	}
	os.Exit(m.Run())
}

// TestCases compares the two sides of each case in testdata. The files of a case are:
//
//	base/…, head/…     the base, and what is else at the head; a file that only says
//	                   DELETED is gone there
//	links              symbolic links: SIDE FILE TARGET
//	proxy/MODULE@VERSION/…  modules that can be required; go.sum files know them
//	options            see [testCase.setOption]
//	want               what is affected, and why
//
// The text before them is the claim.
func TestCases(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := newCase(t, archive)
			got := c.run(t)
			if *update {
				c.rewrite(t, file, archive, got)
				return
			}
			if got != c.want {
				t.Errorf("%s", diff.Diff("want", []byte(c.want), "got", []byte(got)))
			}
		})
	}
}

// A testCase is a repository whose HEAD is the base and whose work tree is the head.
type testCase struct {
	root    string
	dir     string // of the code base, below root
	env     []string
	os      string
	tags    []string
	options affected.Options
	want    string
}

func newCase(t *testing.T, archive *txtar.Archive) *testCase {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	c := &testCase{root: root, os: "linux"}
	proxy := addProxy(t, archive)
	c.env = append(os.Environ(), "GOPROXY="+proxy.url, "GOMODCACHE="+t.TempDir(), "GOFLAGS=-modcacherw",
		"GONOSUMDB=*", "GOTOOLCHAIN=local", "GOWORK=", "GOARCH=amd64", "CGO_ENABLED=1")
	git(t, root, "init", "-q")
	c.lay(t, archive, "base", proxy.sums)
	git(t, root, "add", "-A")
	git(t, root, "-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "-q", "--allow-empty", "-m", "base")
	c.lay(t, archive, "head", proxy.sums)
	for _, f := range archive.Files {
		switch f.Name {
		case "options":
			for line := range strings.Lines(string(f.Data)) {
				c.setOption(t, strings.Fields(line))
			}
		case "want":
			c.want = string(f.Data)
		}
	}
	return c
}

// setOption sets an option by a line of the file "options".
func (c *testCase) setOption(t *testing.T, words []string) {
	t.Helper()
	switch arg := words[1:]; words[0] {
	case "dir":
		c.dir = arg[0]
	case "executable": // at the head
		if err := os.Chmod(filepath.Join(c.root, filepath.FromSlash(arg[0])), 0o777); err != nil {
			t.Fatal(err)
		}
	case "view":
		c.options.View = workspace.View(arg[0])
	case "tags":
		c.tags = arg
	case "env":
		c.env = append(c.env, strings.Join(arg, " "))
	case "comments":
		c.options.Comments = true
	case "generators":
		c.options.Generators = true
	case "opens": // PACKAGE FILE: tests were seen to open it, before their sources changed
		if c.options.Record == nil {
			c.options.Record = &affected.Record{Packages: make(map[string]*affected.Consulted)}
		}
		in := c.options.Record.Packages[arg[0]]
		if in == nil {
			in = new(affected.Consulted)
			c.options.Record.Packages[arg[0]] = in
		}
		in.Files = append(in.Files, arg[1])
	case "input": // FILE [DIRECTORY...]: see [input]
		c.options.Inputs = append(c.options.Inputs, input(arg[0], arg[1:]))
	case "test-input":
		in := input(arg[0], arg[1:])
		in.Effect, in.Reason = affected.Tests, "tests start it"
		c.options.Inputs = append(c.options.Inputs, in)
	default:
		t.Fatalf("unknown option %q", words)
	}
}

// input returns an input: a file, or all in a folder, of the packages in directories and
// below them, or of all packages if there are none.
func input(file string, dirs []string) affected.Input {
	below := func(name, dir string) bool { return name == dir || strings.HasPrefix(name, dir+"/") }
	in := affected.Input{Files: func(name string) bool { return below(name, file) }}
	if len(dirs) > 0 {
		in.Packages = func(_, dir string) bool {
			return slices.ContainsFunc(dirs, func(d string) bool { return below(dir, d) })
		}
	}
	return in
}

// lay writes the files of a side over what is there.
func (c *testCase) lay(t *testing.T, archive *txtar.Archive, side, sums string) {
	t.Helper()
	for _, f := range archive.Files {
		if f.Name == "links" {
			c.link(t, string(f.Data), side)
		}
		name, ok := strings.CutPrefix(f.Name, side+"/")
		if !ok {
			continue
		}
		name = filepath.Join(c.root, filepath.FromSlash(name))
		if string(f.Data) == "DELETED\n" {
			if err := os.RemoveAll(name); err != nil {
				t.Fatal(err)
			}
			continue
		}
		write(t, name, f.Data)
		if side == "base" {
			// Git tells a change within the second by the size alone.
			past := time.Now().Add(-time.Hour)
			if err := os.Chtimes(name, past, past); err != nil {
				t.Fatal(err)
			}
		}
		if filepath.Base(name) == "go.mod" && sums != "" {
			write(t, filepath.Join(filepath.Dir(name), "go.sum"), []byte(sums))
		}
	}
}

func (c *testCase) link(t *testing.T, links, side string) {
	t.Helper()
	for line := range strings.Lines(links) {
		f := strings.Fields(line)
		if f[0] != side {
			continue
		}
		name := filepath.Join(c.root, filepath.FromSlash(f[1]))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.FromSlash(f[2]), name); err != nil {
			t.Skip(err)
		}
	}
}

func (c *testCase) config() workspace.Config {
	return workspace.Config{Dir: filepath.Join(c.root, c.dir), Env: c.env, OS: c.os, Tags: c.tags}
}

// run compares the work tree with HEAD and describes the result.
func (c *testCase) run(t *testing.T) string {
	t.Helper()
	r, err := since(t.Context(), c.config(), "HEAD", c.options)
	if err != nil {
		return fmt.Sprintf("error: %v\n", strings.ReplaceAll(err.Error(), c.root, "ROOT"))
	}
	return strings.ReplaceAll(describe(r), c.root, "ROOT")
}

func since(ctx context.Context, cfg workspace.Config, revision string, o affected.Options) (*affected.Result, error) {
	code, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer code.Close()
	return affected.Since(ctx, affected.Side{Code: code, Config: cfg}, revision, o)
}

// describe writes a result, one thing a line.
func describe(r *affected.Result) string {
	var b strings.Builder
	for _, p := range r.Packages {
		effect := p.Effect.String()
		if p.Elsewhere && p.Effect != affected.OtherPlatforms {
			effect += " and other platforms"
		}
		if p.Added {
			effect += ", added"
		}
		if p.Removed {
			effect += ", removed"
		}
		fmt.Fprintf(&b, "%s: %s: %s\n", p.ImportPath, effect, p.Why())
	}
	for _, m := range r.Modules {
		fmt.Fprintf(&b, "module %s: %s\n", m.Name(), m.Effect)
	}
	for _, p := range r.Mains() {
		fmt.Fprintf(&b, "main %s\n", p.ImportPath)
	}
	for _, file := range r.Unconcerned {
		fmt.Fprintf(&b, "concerns no package: %s\n", file)
	}
	for _, file := range r.CommentsOnly {
		fmt.Fprintf(&b, "only comments differ: %s\n", file)
	}
	for _, path := range r.Stale {
		fmt.Fprintf(&b, "may open more than was recorded: %s\n", path)
	}
	for _, path := range r.Unrecorded {
		fmt.Fprintf(&b, "not recorded: %s\n", path)
	}
	for _, s := range r.Sums {
		fmt.Fprintf(&b, "alarm: %s\n", s)
	}
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "failed: %s\n", &f)
	}
	return b.String()
}

func (c *testCase) rewrite(t *testing.T, file string, archive *txtar.Archive, got string) {
	t.Helper()
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
	if i < 0 {
		i = len(archive.Files)
		archive.Files = append(archive.Files, txtar.File{Name: "want"})
	}
	archive.Files[i].Data = []byte(got)
	write(t, file, txtar.Format(archive))
}

// proxyModules are the modules of a case's proxy.
type proxyModules struct{ url, sums string }

// addProxy serves the modules below proxy/.
func addProxy(t *testing.T, archive *txtar.Archive) proxyModules {
	t.Helper()
	src := t.TempDir()
	var modules []module.Version
	for _, f := range archive.Files {
		name, ok := strings.CutPrefix(f.Name, "proxy/")
		if !ok {
			continue
		}
		write(t, filepath.Join(src, filepath.FromSlash(name)), f.Data)
		path, rest, _ := strings.Cut(name, "@")
		version, file, _ := strings.Cut(rest, "/")
		if file == "go.mod" {
			modules = append(modules, module.Version{Path: path, Version: version})
		}
	}
	if len(modules) == 0 {
		return proxyModules{url: "off"}
	}
	dir := t.TempDir()
	proxy, err := modproxy.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	var sums strings.Builder
	for _, m := range modules {
		from := filepath.Join(src, filepath.FromSlash(m.Path)+"@"+m.Version)
		if _, err := proxy.Add(from, m.Version, ""); err != nil {
			t.Fatal(err)
		}
		sums.WriteString(sumsOf(t, m, dir))
	}
	return proxyModules{url: proxy.URL(), sums: sums.String()}
}

// sumsOf returns the lines of go.sum for a module in a proxy.
func sumsOf(t *testing.T, m module.Version, proxy string) string {
	t.Helper()
	name := filepath.Join(proxy, filepath.FromSlash(m.Path), "@v", m.Version)
	zip, err := dirhash.HashZip(name+".zip", dirhash.Hash1)
	if err != nil {
		t.Fatal(err)
	}
	mod, err := dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) { return os.Open(name + ".mod") })
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s %s %s\n%s %s/go.mod %s\n", m.Path, m.Version, zip, m.Path, m.Version, mod)
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func git(t *testing.T, root string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// goEnv returns settings of the go command.
func goEnv(t *testing.T, names ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}
