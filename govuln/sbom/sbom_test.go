package sbom_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/govuln/sbom"
	"github.com/gomend/gomend/internal/casetest"
	"github.com/gomend/gomend/workspace"
)

var update = flag.Bool("update", false, "rewrite what the cases expect")

// A case is a code base that was laid out with its dependencies.
type layout struct {
	dir string
	env []string
}

func layOut(t *testing.T, archive *txtar.Archive) *layout {
	t.Helper()
	l := &layout{dir: casetest.Lay(t, archive), env: append(casetest.Serve(t, archive).Env, "CGO_ENABLED=0")}
	err := filepath.WalkDir(l.dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "go.mod" {
			l.run(t, filepath.Dir(name), "go", "mod", "download", "all")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// run runs a command in a directory.
func (l *layout) run(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Dir, cmd.Env = dir, append(slices.Clone(l.env), "GOWORK=off", "GOOS=linux", "GOARCH=amd64",
		"GIT_AUTHOR_DATE=2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z", "GIT_CONFIG_GLOBAL="+os.DevNull)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// commit commits the code base, by a tag.
func (l *layout) commit(t *testing.T, tags ...string) {
	t.Helper()
	l.run(t, l.dir, "git", "init", "-q", ".")
	l.run(t, l.dir, "git", "add", ".")
	l.run(t, l.dir, "git", "-c", "user.name=dev", "-c", "user.email=dev@example.com", "commit", "-q", "-m", "all")
	for _, tag := range tags {
		l.run(t, l.dir, "git", "tag", tag)
	}
}

func (l *layout) config(dir string) workspace.Config {
	return workspace.Config{Dir: filepath.Join(l.dir, dir), Env: l.env, OS: "linux", Arch: "amd64"}
}

func (l *layout) read(t *testing.T, o sbom.Options) []*sbom.Bill {
	t.Helper()
	o.Gomend = "v1.2.3"
	bills, err := sbom.Read(t.Context(), l.config("."), o)
	if err != nil {
		t.Fatal(err)
	}
	return bills
}

func document(t *testing.T, b *sbom.Bill) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := b.Write(&out, sbom.JSON); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// table is what a bill has, a line each.
func table(b *sbom.Bill) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s %s, %s, %s\n", b.Scope, b.Product.Path, b.Product.Version, b.View, b.Platform)
	for _, c := range append([]*sbom.Component{b.Product}, b.Components...) {
		var uses []string
		for _, used := range c.Uses {
			uses = append(uses, used.Path)
		}
		what := c.PURL()
		switch {
		case c.Path == "stdlib":
			continue
		case c.Replaces != nil:
			what += " for " + c.Replaces.Path
		case c.Own:
			what += " own"
		}
		if c.Directory {
			what += " directory"
		}
		fmt.Fprintf(&out, "  %s [%s] uses %s\n", what, strings.Join(c.Packages, " "), strings.Join(slices.DeleteFunc(uses, func(p string) bool { return p == "stdlib" }), " "))
	}
	return out.String()
}

var goVersion = regexp.MustCompile(regexp.QuoteMeta(strings.TrimPrefix(runtime.Version(), "go")))

// Each case is a code base, of which is found: the bill of each program and module, the bill
// of all, and the document of the first program.
func TestRead(t *testing.T) {
	casetest.Run(t, *update, func(t *testing.T, archive *txtar.Archive) []string {
		l := layOut(t, archive)
		l.commit(t, "v1.4.0", "lib/v0.2.0")
		var found []string
		for _, o := range []sbom.Options{{Scope: sbom.Program}, {Scope: sbom.Module}, {Scope: sbom.Module, Tests: true}, {Scope: sbom.Workspace}, {Scope: sbom.Workspace, View: workspace.Work}} {
			var all strings.Builder
			for _, b := range l.read(t, o) {
				all.WriteString(table(b))
			}
			found = append(found, all.String())
		}
		doc := document(t, l.read(t, sbom.Options{Scope: sbom.Program})[0])
		if again := document(t, l.read(t, sbom.Options{Scope: sbom.Program})[0]); !bytes.Equal(doc, again) {
			t.Error("the same code makes another document")
		}
		decoded := new(cyclonedx.BOM)
		if err := cyclonedx.NewBOMDecoder(bytes.NewReader(doc), cyclonedx.BOMFileFormatJSON).Decode(decoded); err != nil {
			t.Error(err)
		}
		checkReferences(t, decoded)
		serial := regexp.MustCompile(`urn:uuid:[0-9a-f-]+`) // differs with the release of Go
		return append(found, serial.ReplaceAllString(goVersion.ReplaceAllString(string(doc), "GOVERSION"), "urn:uuid:SERIAL"))
	})
}

// checkReferences checks that names in a document are of one component each.
func checkReferences(t *testing.T, doc *cyclonedx.BOM) {
	t.Helper()
	known := map[string]bool{doc.Metadata.Component.BOMRef: true}
	for _, c := range *doc.Components {
		if known[c.BOMRef] {
			t.Errorf("two components are %s", c.BOMRef)
		}
		known[c.BOMRef] = true
	}
	for _, d := range *doc.Dependencies {
		refs := []string{d.Ref}
		if d.Dependencies != nil {
			refs = append(refs, *d.Dependencies...)
		}
		for _, ref := range refs {
			if !known[ref] {
				t.Errorf("%s is no component", ref)
			}
		}
	}
}

// program is a small one with a dependency.
const program = `
-- go.mod --
module example.com/app

go 1.21

require dep.example/a v1.0.0
-- main.go --
package main

import _ "dep.example/a"

func main() {}
-- more/main.go --
package main

func main() {}
-- proxy/dep.example_a_v1.0.0.txtar --
>-- .mod --
>module dep.example/a
>-- .info --
>{"Version":"v1.0.0"}
>-- go.mod --
>module dep.example/a
>-- a.go --
>package a
-- proxy/dep.example_a_v1.1.0.txtar --
>-- .mod --
>module dep.example/a
>-- .info --
>{"Version":"v1.1.0"}
>-- go.mod --
>module dep.example/a
>-- a.go --
>package a
`

// What was built is held against the code, for the platform and the tags that it was built
// for.
func TestVerify(t *testing.T) {
	l := layOut(t, txtar.Parse([]byte(program)))
	file := filepath.Join(l.dir, "app.exe")
	l.run(t, l.dir, "go", "build", "-o", file, ".")
	built, err := sbom.ReadBinary(file)
	if err != nil {
		t.Fatal(err)
	}
	verify := func() []sbom.Drift {
		bills, err := sbom.Read(t.Context(), built.Config(l.config(".")), sbom.Options{Scope: sbom.Program, Patterns: []string{built.Path}})
		if err != nil {
			t.Fatal(err)
		}
		return bills[0].Verify(built)
	}
	if drift := verify(); len(drift) > 0 {
		t.Errorf("of the code that it was built from it differs by %v", drift)
	}
	l.run(t, l.dir, "go", "get", "dep.example/a@v1.1.0")
	if drift, want := verify(), []sbom.Drift{{Path: "dep.example/a", Bill: "v1.1.0", Binary: "v1.0.0", What: "version"}}; !slices.Equal(drift, want) {
		t.Errorf("drift is %v, want %v", drift, want)
	}
	if err := os.WriteFile(filepath.Join(l.dir, "main.go"), []byte("package main\n\nfunc main() {}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if drift, want := verify(), []sbom.Drift{{Path: "dep.example/a", Binary: "v1.0.0", What: "module"}}; !slices.Equal(drift, want) {
		t.Errorf("drift is %v, want %v", drift, want)
	}
	if _, err := sbom.ReadBinary(filepath.Join(l.dir, "main.go")); err == nil || !strings.Contains(err.Error(), "it is no program that Go has built") {
		t.Errorf("of a source file: %v", err)
	}
}

// The version is a tag's, or one by the commit, and tells of what was not committed.
func TestVersions(t *testing.T) {
	l := layOut(t, txtar.Parse([]byte(program)))
	version := func() string {
		return l.read(t, sbom.Options{Scope: sbom.Program, Patterns: []string{"."}})[0].Product.Version
	}
	if got := version(); got != "" {
		t.Errorf("where nothing is committed it is %s", got)
	}
	l.commit(t)
	if got := version(); !strings.HasPrefix(got, "v0.0.0-20260102030405-") {
		t.Errorf("without a tag it is %s", got)
	}
	l.run(t, l.dir, "git", "tag", "v1.2.0")
	l.run(t, l.dir, "git", "tag", "v2.0.0") // of another module path
	if got := version(); got != "v1.2.0" {
		t.Errorf("with a tag it is %s", got)
	}
	if err := os.WriteFile(filepath.Join(l.dir, "new.go"), []byte("package main\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if got := version(); got != "v1.2.0+dirty" {
		t.Errorf("with a file more it is %s", got)
	}
	l.commit(t)
	if got := version(); !strings.HasPrefix(got, "v1.2.1-0.20260102030405-") {
		t.Errorf("after a tag it is %s", got)
	}
	bills := l.read(t, sbom.Options{Scope: sbom.Program, Patterns: []string{"."}, Version: "v9", Time: time.Unix(0, 0)})
	if b := bills[0]; b.Product.Version != "v9" || !strings.Contains(string(document(t, b)), `"timestamp": "1970-01-01T00:00:00Z"`) {
		t.Errorf("what was asked for is not heeded: %v", b)
	}
}

// What changes is told of dependencies; a bill that would lack something is none.
func TestSince(t *testing.T) {
	l := layOut(t, txtar.Parse([]byte(program)))
	l.commit(t)
	l.run(t, l.dir, "go", "get", "dep.example/a@v1.1.0")
	o := sbom.Options{Scope: sbom.Program, Patterns: []string{"."}}
	base, err := sbom.Since(t.Context(), l.config("."), "HEAD", o)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sbom.Compare(base[0], l.read(t, o)[0]), []sbom.Change{{Path: "dep.example/a", From: "v1.0.0", To: "v1.1.0"}}; !slices.Equal(got, want) {
		t.Errorf("changes are %v, want %v", got, want)
	}
	if err := os.WriteFile(filepath.Join(l.dir, "main.go"), []byte("package main\n\nimport _ \"dep.example/none\"\n\nfunc main() {}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := sbom.Read(t.Context(), l.config("."), o); err == nil || !strings.Contains(err.Error(), "package example.com/app can't be loaded") {
		t.Errorf("of what can't be loaded a bill is made: %v", err)
	}
	var doc map[string]any
	if err := json.Unmarshal(document(t, base[0]), &doc); err != nil || doc["specVersion"] != "1.6" {
		t.Errorf("the document is of %v: %v", doc["specVersion"], err)
	}
}
