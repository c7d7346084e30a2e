package affected_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/affected"
)

var (
	edits = flag.Int("edits", 6, "how many edits TestNothingIsMissed makes")
	seed  = flag.Uint64("seed", 1, "the seed of the edits")
)

// TestNothingIsMissed makes random edits to a generated workspace and has the go
// command tell what each changes: archives by their build IDs, programs by their
// content, and tests by what they print. All of that must be in the answer. What tests
// consult is recorded before the first edit, and after each of the packages that it
// affects.
func TestNothingIsMissed(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds and tests a workspace many times")
	}
	g := generate(t, rand.New(rand.NewPCG(*seed, 0)))
	g.commit("base")
	before := g.truth()
	record := new(affected.Record)
	g.record(record, "work")
	var archives, tests, selected tally
	for i := range *edits {
		what := g.edit()
		after := g.truth()
		r, err := since(t.Context(), g.config(), "HEAD", affected.Options{Record: record})
		if err != nil {
			t.Fatal(err)
		}
		found := make(map[string]*affected.Package)
		for _, p := range r.Packages {
			found[p.ImportPath] = p
			selected.count(p.Effect == affected.Archive, p.Effect != affected.OtherPlatforms)
		}
		for _, path := range differing(before.archives, after.archives) {
			if p := found[path]; p == nil || p.Effect != affected.Archive {
				t.Errorf("edit %d, %s: the archive of %s differs, which is missed: %+v", i, what, path, p)
			}
			archives.count(true, true)
		}
		for _, path := range differing(before.programs, after.programs) {
			if p := found[path]; p == nil || !p.Main() && !p.Removed {
				t.Errorf("edit %d, %s: the program %s differs, which is missed: %+v", i, what, path, p)
			}
		}
		for _, path := range differing(before.tests, after.tests) {
			if p := found[path]; p == nil || p.Effect == affected.OtherPlatforms {
				t.Errorf("edit %d, %s: the tests of %s print something else, which is missed: %+v", i, what, path, p)
			}
			tests.count(false, true)
		}
		if t.Failed() {
			t.Fatalf("what was found:\n%s", describe(r))
		}
		before = after
		g.commit(what)
		var again []string
		for _, p := range r.Packages {
			if !p.Removed {
				again = append(again, p.ImportPath)
			}
		}
		if len(again) > 0 {
			g.record(record, again...)
		}
	}
	t.Logf("%d edits changed %d archives and the output of %d tests; %d archives and %d tests were told",
		*edits, archives.archives, tests.tests, selected.archives, selected.tests)
}

type tally struct{ archives, tests int }

func (c *tally) count(archive, test bool) {
	if archive {
		c.archives++
	}
	if test {
		c.tests++
	}
}

// A truth is what the go command makes of a workspace, by import path.
type truth struct{ archives, programs, tests map[string]string }

// differing returns the keys whose values differ, those on one side only included.
func differing(a, b map[string]string) []string {
	var keys []string
	for k, v := range a {
		if b[k] != v {
			keys = append(keys, k)
		}
	}
	for k := range b {
		if _, ok := a[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

// A generated is a workspace of three modules, in which a package imports some of
// those made before it.
type generated struct {
	t        *testing.T
	rand     *rand.Rand
	root     string
	env      []string
	packages []string // directories, in the order of their imports
	n        int      // makes edits differ
	order    []int    // of the next kinds of edits
}

var generatedModules = []string{"core", "lib", "app"}

func generate(t *testing.T, r *rand.Rand) *generated {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// A tree has other directories at the base; -trimpath makes archives alike.
	env := append(os.Environ(), "GOFLAGS=-trimpath -buildvcs=false", "GOWORK=", "GOPROXY=off", "GOTOOLCHAIN=local")
	g := &generated{t: t, rand: r, root: root, env: env}
	git(t, root, "init", "-q")
	g.write("go.work", "go 1.26\n\nuse (\n\t./core\n\t./lib\n\t./app\n)\n")
	for _, m := range generatedModules {
		mod := "module example.com/" + m + "\n\ngo 1.24\n"
		for _, other := range generatedModules {
			if other == m {
				break
			}
			mod += "\nrequire example.com/" + other + " v0.0.0\n"
		}
		g.write(m+"/go.mod", mod)
		for range 4 {
			g.addPackage(m)
		}
	}
	g.write("app/server/main.go", "package main\n\nimport p \"example.com/"+g.packages[len(g.packages)-1]+"\"\n\nfunc main() { println(p.F()) }\n")
	g.write("core/tool/main.go", "package main\n\nimport p \"example.com/"+g.packages[2]+"\"\n\nfunc main() { println(p.F()) }\n")
	return g
}

func (g *generated) config() workspace.Config { return workspace.Config{Dir: g.root, Env: g.env} }

// record records what the tests of packages consult.
func (g *generated) record(r *affected.Record, patterns ...string) {
	code, err := workspace.Open(g.t.Context(), g.config())
	if err != nil {
		g.t.Fatal(err)
	}
	defer code.Close()
	o := affected.RecordOptions{Patterns: patterns, Observer: observer(g.t)}
	recording, err := r.Update(g.t.Context(), affected.Side{Code: code, Config: g.config()}, o)
	if err != nil {
		g.t.Fatal(err)
	}
	for _, run := range recording.Runs {
		if run.Failed || run.Unknown != "" {
			g.t.Fatalf("what the tests of %s consult is unknown: %s\n%s", run.ImportPath, run.Unknown, run.Output)
		}
	}
}

func (g *generated) read(name string) string {
	data, err := os.ReadFile(filepath.Join(g.root, filepath.FromSlash(name)))
	if err != nil {
		g.t.Fatal(err)
	}
	return string(data)
}

func (g *generated) write(name, content string) {
	write(g.t, filepath.Join(g.root, filepath.FromSlash(name)), []byte(content))
}

func (g *generated) commit(message string) {
	git(g.t, g.root, "add", "-A")
	git(g.t, g.root, "-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "-q", "--allow-empty", "-m", message)
}

// addPackage adds a package to a module. Packages of earlier modules import none of
// later ones.
func (g *generated) addPackage(module string) string {
	name := fmt.Sprintf("p%d", len(g.packages))
	dir := module + "/" + name
	earlier := slices.DeleteFunc(slices.Clone(g.packages), func(p string) bool {
		m, _, _ := strings.Cut(p, "/")
		return slices.Index(generatedModules, m) > slices.Index(generatedModules, module)
	})
	imports, sum := "", "K"
	for range g.rand.IntN(3) {
		if len(earlier) == 0 {
			break
		}
		if q := earlier[g.rand.IntN(len(earlier))]; !strings.Contains(imports, q+`"`) {
			imports += fmt.Sprintf("\t%q\n", "example.com/"+q)
			sum += " + " + path.Base(q) + ".F()"
		}
	}
	g.write(dir+"/code.go", fmt.Sprintf("// Package %[1]s is generated.\npackage %[1]s\n\nimport (\n\t\"embed\"\n%[2]s)\n\n//go:embed assets\nvar Assets embed.FS\n\nconst K = %[3]d\n\n// F adds up.\nfunc F() int {\n\treturn %[4]s\n}\n", name, imports, g.rand.IntN(100), sum))
	g.write(dir+"/code_windows.go", "package "+name+"\n")
	g.write(dir+"/assets/a.txt", "a")
	g.write(dir+"/testdata/in/t.txt", "t")
	g.write(module+"/golden/"+name+".txt", "g")
	g.write(dir+"/code_test.go", strings.ReplaceAll(testTemplate, "NAME", name))
	if len(earlier) > 0 {
		q := earlier[g.rand.IntN(len(earlier))]
		g.write(dir+"/x_test.go", fmt.Sprintf("package %s_test\n\nimport (\n\t\"fmt\"\n\t\"testing\"\n\n\tq %q\n)\n\nfunc TestX(t *testing.T) { fmt.Println(\"x\", q.F()) }\n", name, "example.com/"+q))
	}
	g.packages = append(g.packages, dir)
	return dir
}

const testTemplate = `package NAME

import (
	"fmt"
	"io/fs"
	"os"
	"testing"
)

const T = 1

func TestF(t *testing.T) {
	fmt.Println("F", F(), T)
	for _, fsys := range []fs.FS{Assets, os.DirFS("testdata")} {
		fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				data, _ := fs.ReadFile(fsys, name)
				fmt.Printf("%s %q\n", name, data)
			}
			return err
		})
	}
	golden, _ := os.ReadFile("../golden/NAME.txt")
	entries, _ := os.ReadDir("../golden/all")
	_, err := os.Stat("../golden/NAME.yaml")
	fmt.Printf("%q %v %v\n", golden, entries, err)
	defer func() { fmt.Println(recover()) }()
	panic(nil)
}
`

// edit makes a random edit and says which.
func (g *generated) edit() string {
	g.n++
	p := g.packages[g.rand.IntN(len(g.packages))]
	name, code := path.Base(p), p+"/code.go"
	replace := func(file, old, new string) {
		g.write(file, strings.Replace(g.read(file), old, new, 1))
	}
	kinds := []struct {
		name string
		edit func()
	}{
		{"a constant", func() { g.sub(code, `const K = \d+`, fmt.Sprintf("const K = %d", 100+g.n)) }},
		{"a function body", func() { replace(code, "return ", fmt.Sprintf("return %d + ", g.n)) }},
		{"a comment", func() { g.sub(code, `// F adds up.*`, fmt.Sprintf("// F adds up %d.", g.n)) }},
		{"a line of comment", func() { replace(code, "// F adds", "// F is fine.\n// F adds") }},
		{"a test", func() { g.sub(p+"/code_test.go", `const T = \d+`, fmt.Sprintf("const T = %d", 100+g.n)) }},
		{"a file in testdata", func() { g.write(p+"/testdata/in/t.txt", fmt.Sprint(g.n)) }},
		{"a new file in testdata", func() { g.write(fmt.Sprintf("%s/testdata/%d", p, g.n), "") }},
		{"a golden file", func() { g.write(path.Dir(p)+"/golden/"+name+".txt", fmt.Sprint(g.n)) }},
		{"a golden file that was looked for", func() { g.write(path.Dir(p)+"/golden/"+name+".yaml", "") }},
		{"a golden file that is listed", func() { g.write(fmt.Sprintf("%s/golden/all/%d.txt", path.Dir(p), g.n), "") }},
		{"an embedded file", func() { g.write(p+"/assets/a.txt", fmt.Sprint(g.n)) }},
		{"a new embedded file", func() { g.write(fmt.Sprintf("%s/assets/%d", p, g.n), "") }},
		{"a file for another platform", func() { g.write(p+"/code_windows.go", fmt.Sprintf("package %s\n\nconst W = %d\n", name, g.n)) }},
		{"a new file", func() { g.write(p+"/more.go", fmt.Sprintf("package %s\n\nvar More = %d\n", name, g.n)) }},
		{"a file that is gone", func() { os.Remove(filepath.Join(g.root, p, "more.go")) }},
		{"a go line", func() { g.sub(path.Dir(p)+"/go.mod", `go 1\.\d+`, fmt.Sprintf("go 1.%d", 20+g.n%6)) }},
		{"a go line of go.work", func() {
			g.sub("go.work", `(?s)^go 1\.26.*use`, fmt.Sprintf("go 1.26\n\ngodebug panicnil=%d\n\nuse", g.n%2))
		}},
		{"a new package", func() { g.addPackage(path.Dir(p)) }},
		{"a file beside", func() { g.write(p+"/README.md", fmt.Sprint(g.n)) }},
		{"an import of the test", func() {
			p = g.packages[1+g.rand.IntN(len(g.packages)-1)] // the first must not import itself
			replace(p+"/code_test.go", "import (", fmt.Sprintf("import (\n\t_ %q", "example.com/"+g.packages[0]))
		}},
	}
	if len(g.order) == 0 {
		g.order = g.rand.Perm(len(kinds)) // each in turn
	}
	kind := kinds[g.order[0]]
	g.order = g.order[1:]
	kind.edit()
	return kind.name + " of " + p
}

func (g *generated) sub(file, expr, new string) {
	text := g.read(file)
	loc := regexp.MustCompile(expr).FindStringIndex(text)
	if loc == nil {
		g.t.Fatalf("%s has no %s", file, expr)
	}
	g.write(file, text[:loc[0]]+new+text[loc[1]:])
}

// truth asks the go command.
func (g *generated) truth() truth {
	t := truth{make(map[string]string), make(map[string]string), make(map[string]string)}
	dec := json.NewDecoder(bytes.NewReader(g.goCommand("list", "-export", "-json=ImportPath,BuildID", "work")))
	for dec.More() {
		var p struct{ ImportPath, BuildID string }
		if err := dec.Decode(&p); err != nil {
			g.t.Fatal(err)
		}
		_, content, _ := strings.Cut(p.BuildID, "/")
		t.archives[p.ImportPath] = content
	}
	bin := g.t.TempDir()
	mains := []string{"example.com/app/server", "example.com/core/tool"}
	g.goCommand(append([]string{"build", "-o", bin + "/"}, mains...)...)
	for _, main := range mains {
		data, err := os.ReadFile(filepath.Join(bin, path.Base(main)))
		if err != nil {
			g.t.Fatal(err)
		}
		t.programs[main] = fmt.Sprintf("%x", sha256.Sum256(data))
	}
	dec = json.NewDecoder(bytes.NewReader(g.goCommand("test", "-vet=off", "-json", "work")))
	for dec.More() {
		var e struct{ Action, Package, Test, Output string }
		if err := dec.Decode(&e); err != nil {
			g.t.Fatal(err)
		}
		if e.Test != "" && e.Action == "output" && !strings.Contains(e.Output, "--- ") {
			t.tests[e.Package] += e.Output
		}
	}
	return t
}

func (g *generated) goCommand(args ...string) []byte {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = g.root, g.env
	out, err := cmd.Output()
	if err != nil {
		var stderr []byte
		if exit, ok := err.(*exec.ExitError); ok {
			stderr = exit.Stderr
		}
		g.t.Fatalf("go %v: %v\n%s\n%s", args, err, stderr, out)
	}
	return out
}
