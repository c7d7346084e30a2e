package affected_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/affected"
)

// observe is what this program does when the go command runs it in the place of a test.
func observe(scope string, command []string) int {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	err := affected.Observe(cmd, scope, os.Stdout, nil)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func TestASignalIsPassedOnToTheTest(t *testing.T) {
	command := observer(t)
	cmd := exec.Command(command[0], "-test.testlogfile="+filepath.Join(t.TempDir(), "log"), "wait")
	cmd.Dir = t.TempDir()
	signals := make(chan os.Signal, 1)
	signals <- os.Kill
	var report strings.Builder
	err := affected.Observe(cmd, "1:"+cmd.Dir, &report, signals)
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.Success() {
		t.Errorf("got %v, want the failure of a program that was killed", err)
	}
	if !strings.HasSuffix(report.String(), " cut\n") {
		t.Errorf("reported is %q, want that it was cut off", report.String())
	}
}

// observer returns a command that runs observe.
func observer(t *testing.T) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return []string{self, "observe"}
}

// consulting has two modules. Tests of a consult much, those of b nothing but testdata,
// and c has none.
const consulting = `
-- base/go.work --
go 1.26

use (
	./m
	./n
)
-- base/shared/golden.txt --
golden
-- base/shared/list/one.txt --
-- base/m/go.mod --
module example.com/m

go 1.26
-- base/n/go.mod --
module example.com/n

go 1.26
-- base/n/n.go --
package n

import "os"

// Read reads a file beside the module.
func Read(name string) string {
	data, _ := os.ReadFile("../../shared/" + name)
	return string(data)
}
-- base/m/a/a.go --
// Package a is not documented much.
package a
-- base/m/a/a_test.go --
package a

import (
	"os"
	"testing"

	"example.com/n"
)

func TestGolden(t *testing.T) {
	os.WriteFile(t.TempDir()+"/out.txt", []byte(n.Read("golden.txt")), 0o666)
	os.Stat("../../shared/config.yaml")
	os.ReadDir("../../shared/list")
	os.Stat("../../shared")
	os.Stat("../../shared/more")
	os.ReadFile("testdata/in.txt")
	os.ReadFile("a.go")
	os.ReadFile("../../.git/HEAD")
	os.ReadFile("/etc/hosts")
	os.Getenv("COLOUR")
}
-- base/m/a/testdata/in.txt --
-- base/m/b/b_test.go --
package b

import (
	"os"
	"testing"
)

func TestB(t *testing.T) { os.ReadFile("testdata/in.txt") }
-- base/m/b/testdata/in.txt --
-- base/m/c/c.go --
package c
`

// record runs the tests of a case's work tree.
func (c *testCase) record(t *testing.T, r *affected.Record, o affected.RecordOptions) (*affected.Recording, error) {
	t.Helper()
	code, err := workspace.Open(t.Context(), c.config())
	if err != nil {
		t.Fatal(err)
	}
	defer code.Close()
	o.Observer = observer(t)
	if o.Patterns == nil {
		o.Patterns = []string{"work"}
	}
	return r.Update(t.Context(), affected.Side{Code: code, Config: c.config()}, o)
}

func (c *testCase) mustRecord(t *testing.T, r *affected.Record) *affected.Recording {
	t.Helper()
	recording, err := c.record(t, r, affected.RecordOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return recording
}

// recordedCase returns a case on this platform with the files of an archive that are old
// enough for the go command to remember tests that read them.
func recordedCase(t *testing.T, archive string) *testCase {
	t.Helper()
	c := newCase(t, txtar.Parse([]byte(archive)))
	c.os = ""
	c.env = append(c.env, "GOARCH=")
	c.age(t)
	return c
}

func (c *testCase) age(t *testing.T) {
	t.Helper()
	past := time.Now().Add(-time.Hour)
	err := filepath.WalkDir(c.root, func(name string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Chtimes(name, past, past))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func encode(t *testing.T, r *affected.Record) string {
	t.Helper()
	data, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestWhatTestsConsultIsRecorded(t *testing.T) {
	c := recordedCase(t, consulting)
	var r affected.Record
	recording := c.mustRecord(t, &r)
	for _, run := range recording.Runs {
		if run.Failed || run.Unknown != "" || !strings.HasPrefix(run.Output, "ok  \t"+run.ImportPath) || strings.Count(run.Output, "\n") != 1 {
			t.Errorf("%s: failed %t, unknown %q, output:\n%s", run.ImportPath, run.Failed, run.Unknown, run.Output)
		}
	}
	if len(r.Packages) != 2 || r.Packages["example.com/m/b"] == nil || len(r.Packages["example.com/m/b"].Files) > 0 {
		t.Fatalf("recorded:\n%s\nwant a and b, and of b no file", encode(t, &r))
	}
	a := r.Packages["example.com/m/a"]
	want := []string{"m/a/a.go", "shared", "shared/config.yaml", "shared/golden.txt", "shared/list/", "shared/more"}
	if !slices.Equal(a.Files, want) {
		t.Errorf("files are %q, want %q", a.Files, want)
	}
	if !slices.Contains(a.Env, "COLOUR") {
		t.Errorf("environment variables are %q, want COLOUR among them", a.Env)
	}
}

func TestRecordingAgainRunsNoTestAgain(t *testing.T) {
	c := recordedCase(t, consulting)
	var first, second affected.Record
	c.mustRecord(t, &first)
	recording := c.mustRecord(t, &second)
	if len(recording.Runs) != 2 {
		t.Errorf("%d packages were tested, want 2", len(recording.Runs))
	}
	for _, run := range recording.Runs {
		if !strings.Contains(run.Output, "(cached)") {
			t.Errorf("the go command ran it anew: %s", run.Output)
		}
	}
	if a, b := encode(t, &first), encode(t, &second); a != b {
		t.Errorf("recorded:\n%s\nand then:\n%s", a, b)
	}
}

func TestARecordHoldsInAnotherCheckout(t *testing.T) {
	var here, there affected.Record
	recordedCase(t, consulting).mustRecord(t, &here)
	c := recordedCase(t, consulting)
	c.mustRecord(t, &there)
	if a, b := encode(t, &here), encode(t, &there); a != b {
		t.Errorf("recorded in one:\n%s\nand in the other:\n%s", a, b)
	}
	read, err := affected.ParseRecord([]byte(encode(t, &here)))
	if err != nil {
		t.Fatal(err)
	}
	c.options.Record = read
	write(t, filepath.Join(c.root, "shared", "golden.txt"), []byte("another"))
	if got, want := c.run(t), "example.com/m/a: tests: shared/golden.txt differs, which its tests were seen to open\nmodule example.com/m: tests\n"; got != want {
		t.Errorf("affected:\n%swant:\n%s", got, want)
	}
}

func TestARecordTellsWhatATestConsults(t *testing.T) {
	tests := []struct {
		name, file, content string
		want                string
	}{
		{"a file that it reads", "shared/golden.txt", "new", "example.com/m/a: tests: shared/golden.txt differs, which its tests were seen to open\nmodule example.com/m: tests\n"},
		{"a file that it looked for and that is there now", "shared/config.yaml", "new", "example.com/m/a: tests: shared/config.yaml differs, which its tests were seen to open\nmodule example.com/m: tests\n"},
		{"a file in a directory that it lists", "shared/list/two.txt", "new", "example.com/m/a: tests: shared/list/two.txt is new or gone, in a directory that its tests were seen to open\nmodule example.com/m: tests\n"},
		{"a directory in a directory that it lists", "shared/list/more/two.txt", "new", "example.com/m/a: tests: shared/list/more/two.txt is new or gone, in a directory that its tests were seen to open\nmodule example.com/m: tests\n"},
		{"a directory that it looked for and that is there now", "shared/more/x.txt", "new", "example.com/m/a: tests: shared/more/x.txt is new or gone, in a directory that its tests were seen to open\nmodule example.com/m: tests\n"},
		{"a file in a directory that it only asks about", "shared/three.txt", "new", "concerns no package: shared/three.txt\n"},
		{"the content of a file that it lists only", "shared/list/one.txt", "new", "concerns no package: shared/list/one.txt\n"},
		{"a comment that it reads", "m/a/a.go", "// Package a is documented well now.\npackage a\n", "example.com/m/a: tests: m/a/a.go differs, which its tests were seen to open\nmodule example.com/m: tests\n"},
		{"a file in testdata, which is told once", "m/a/testdata/in.txt", "new", "example.com/m/a: tests: m/a/testdata/in.txt differs\nmodule example.com/m: tests\n"},
		{"a file that it does not read", "shared/other.txt", "new", "concerns no package: shared/other.txt\n"},
	}
	c := recordedCase(t, consulting)
	c.options.Record = new(affected.Record)
	c.mustRecord(t, c.options.Record)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			write(t, filepath.Join(c.root, filepath.FromSlash(test.file)), []byte(test.content))
			defer git(t, c.root, "checkout", "-q", ".")
			defer git(t, c.root, "clean", "-qfd")
			if got := c.run(t); got != test.want {
				t.Errorf("affected:\n%swant:\n%s", got, test.want)
			}
		})
	}
}

func TestAnOldRecordHoldsForFilesAndSaysSo(t *testing.T) {
	c := recordedCase(t, consulting)
	c.options.Record = new(affected.Record)
	c.mustRecord(t, c.options.Record)
	// The tests of a import n.
	write(t, filepath.Join(c.root, "n", "n.go"), []byte("package n\n\nfunc Read(string) string { return \"\" }\n"))
	write(t, filepath.Join(c.root, "m", "d", "d_test.go"), []byte("package d\n"))
	git(t, c.root, "add", "-A")
	git(t, c.root, "-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "-q", "-m", "later")
	write(t, filepath.Join(c.root, "README"), []byte("new"))
	if got, want := c.run(t), "concerns no package: README\nmay open more than was recorded: example.com/m/a\nnot recorded: example.com/m/d\n"; got != want {
		t.Errorf("affected:\n%swant:\n%s", got, want)
	}
	write(t, filepath.Join(c.root, "shared", "golden.txt"), []byte("new"))
	if got, want := c.run(t), "example.com/m/a: tests: shared/golden.txt differs, which its tests were seen to open\n"; !strings.HasPrefix(got, want) {
		t.Errorf("affected:\n%swant:\n%s", got, want)
	}
}

// failing has packages whose tests fail in different ways.
const failing = `
-- base/go.mod --
module example.com/m

go 1.26
-- base/golden.txt --
-- base/fails/f_test.go --
package fails

import (
	"fmt"
	"os"
	"testing"
)

func TestFine(t *testing.T) { fmt.Println("fine") }

func TestFails(t *testing.T) {
	os.ReadFile("../golden.txt")
	t.Error("not as it should be")
}
-- base/panics/p_test.go --
package panics

import (
	"os"
	"testing"
)

func TestPanics(t *testing.T) {
	os.ReadFile("../golden.txt")
	panic("oh")
}
-- base/waits/w_test.go --
package waits

import (
	"os"
	"testing"
)

func TestWaits(t *testing.T) {
	os.ReadFile("../golden.txt")
	select {}
}
-- base/broken/b_test.go --
package broken

var X = undefined
-- base/misses/m_test.go --
package misses

import _ "example.com/nowhere"
-- base/idle/i_test.go --
package idle

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) { os.Exit(0) }
`

func TestTestsThatFailAreRecordedAsFarAsTheyGo(t *testing.T) {
	c := recordedCase(t, failing)
	r := affected.Record{Packages: map[string]*affected.Consulted{
		"example.com/m/panics": {Files: []string{"before.txt"}},
		"example.com/m/broken": {Files: []string{"before.txt"}},
		"example.com/m/fails":  {Files: []string{"before.txt"}},
		"example.com/m/idle":   {Files: []string{"before.txt"}, Partial: true},
		"example.com/m/gone":   {Files: []string{"before.txt"}},
	}}
	runs := make(map[string]*affected.TestRun)
	recording, err := c.record(t, &r, affected.RecordOptions{
		TestFlags: []string{"-timeout=2s"},
		Ended:     func(run *affected.TestRun) { runs[run.ImportPath] = run },
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(recording.Runs) != len(runs) {
		t.Errorf("%d packages ended, and %d are in the result", len(runs), len(recording.Runs))
	}
	tests := []struct {
		name, unknown, output string
		failed                bool
		files                 []string // recorded; nil if nothing is
	}{
		{"fails", "", "--- FAIL: TestFails", true, []string{"before.txt", "golden.txt"}},
		{"waits", "did not come to their end", "test timed out", true, []string{"golden.txt"}},
		{"panics", "did not come to their end", "panic: oh", true, []string{"before.txt"}},
		{"broken", "can't be built", "undefined: undefined", true, []string{"before.txt"}},
		{"misses", "can't be built", "example.com/nowhere", true, nil},
		{"idle", "", "ok", false, []string{}},
	}
	for _, test := range tests {
		run := runs["example.com/m/"+test.name]
		if run == nil {
			t.Errorf("%s was not told", test.name)
			continue
		}
		if run.Failed != test.failed || !strings.Contains(run.Unknown, test.unknown) || (run.Unknown == "") != (test.unknown == "") || !strings.Contains(run.Output, test.output) {
			t.Errorf("%s: failed %t, unknown %q, output:\n%s", test.name, run.Failed, run.Unknown, run.Output)
		}
		in := r.Packages[run.ImportPath]
		if (in == nil) != (test.files == nil) || in != nil && !slices.Equal(in.Files, test.files) {
			t.Errorf("%s: recorded is %+v, want %q", test.name, in, test.files)
		}
	}
	if out := runs["example.com/m/fails"].Output; strings.Contains(out, "fine") || strings.Contains(out, "=== RUN") || strings.Contains(out, "gomend") {
		t.Errorf("the output has more than go test would print:\n%s", out)
	}
	if !r.Packages["example.com/m/panics"].Partial || !r.Packages["example.com/m/fails"].Partial || r.Packages["example.com/m/idle"].Partial {
		t.Errorf("of tests that fail it must be known that they may consult more, of others not:\n%s", encode(t, &r))
	}
	if r.Packages["example.com/m/gone"] != nil {
		t.Error("a package that is gone is still recorded")
	}
}

func TestTheGoCommandsCachesAreNotRecorded(t *testing.T) {
	c := recordedCase(t, "-- base/go.mod --\nmodule example.com/m\n\ngo 1.26\n-- base/.cache/mod/x.txt --\n-- base/a/a_test.go --\npackage a\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc Test(t *testing.T) { os.ReadFile(\"../.cache/mod/x.txt\") }\n")
	c.env = append(c.env, "GOMODCACHE="+filepath.Join(c.root, ".cache", "mod"))
	var r affected.Record
	c.mustRecord(t, &r)
	if in := r.Packages["example.com/m/a"]; in == nil || len(in.Files) > 0 {
		t.Errorf("recorded:\n%s\nwant no file", encode(t, &r))
	}
}

func TestAScopeOfAnotherVersionIsRefused(t *testing.T) {
	err := affected.Observe(exec.Command("true"), t.TempDir(), io.Discard, nil)
	if err == nil || !strings.Contains(err.Error(), "version") {
		t.Errorf("got %v, want an error that says to run one version", err)
	}
}

func TestRecordingIsRefused(t *testing.T) {
	c := oneModule(t)
	for _, flag := range []string{"-run=X", "--run", "-test.skip=x", "-exec=true", "-failfast", "-c", "-fuzz=F"} {
		if _, err := c.record(t, new(affected.Record), affected.RecordOptions{TestFlags: []string{"-v", flag}}); err == nil || !strings.Contains(err.Error(), "leave out "+flag) {
			t.Errorf("%s: got %v, want an error that says to leave it out", flag, err)
		}
	}
	c.os = ""
	c.env = append(c.env, "GOOS=plan9")
	if _, err := c.record(t, new(affected.Record), affected.RecordOptions{}); err == nil || !strings.Contains(err.Error(), "tests for plan9/") {
		t.Errorf("got %v, want an error that names the platform", err)
	}
}

func TestRecordingEndsWithTheContext(t *testing.T) {
	c := recordedCase(t, "-- base/go.mod --\nmodule example.com/m\n\ngo 1.26\n-- base/a_test.go --\npackage a\n")
	code, err := workspace.Open(t.Context(), c.config())
	if err != nil {
		t.Fatal(err)
	}
	defer code.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := new(affected.Record).Update(ctx, affected.Side{Code: code, Config: c.config()}, affected.RecordOptions{Observer: observer(t)}); err == nil {
		t.Error("there is no error")
	}
}

func TestParseRecordRefuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"what is no JSON", "open x", "not a record"},
		{"another version", `{"version": 2}`, "version 2"},
		{"a package without entry", `{"version": 1, "packages": {"a": null}}`, "package a"},
		{"a path from the root of the file system", `{"version": 1, "packages": {"a": {"files": ["/etc/hosts"]}}}`, "/etc/hosts"},
		{"a path that is not clean", `{"version": 1, "packages": {"a": {"files": ["x//"]}}}`, "x//"},
		{"a path outside of the code base", `{"version": 1, "packages": {"a": {"files": ["../x"]}}}`, "../x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := affected.ParseRecord([]byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}
