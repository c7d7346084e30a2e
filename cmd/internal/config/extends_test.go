package config_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"

	"github.com/gomend/gomend/cmd/internal/config"
	"github.com/gomend/gomend/internal/gocmd"
)

const sum = "h1:KzTQ2k3WLxFqvEDJS3yYM1dNfhVJ+/b0Zu0CmVC2kvo="

// policies returns a loader that fetches modules with the given gomend.yaml
// files, by MODULE@VERSION.
func policies(t *testing.T, files map[string]string) *config.Loader {
	l := loader()
	l.Fetch = func(_ context.Context, path, version string) (config.Module, error) {
		content, ok := files[path+"@"+version]
		if !ok {
			return config.Module{}, errors.New("not found")
		}
		dir := t.TempDir()
		if content != "" {
			if err := os.WriteFile(filepath.Join(dir, "gomend.yaml"), []byte(content), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		return config.Module{Dir: dir, Sum: sum}, nil
	}
	return l
}

// load loads a gomend.yaml of the given content in the current folder, which
// becomes a temporary one.
func load(t *testing.T, l *config.Loader, content string) (*config.Config, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("gomend.yaml", []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return l.Load(t.Context(), "gomend.yaml")
}

func TestAPolicyIsAppliedBeforeTheFile(t *testing.T) {
	l := policies(t, map[string]string{
		"example.com/team@v1.2.0": `version: 1
extends: example.com/company@v0.1.0
rules:
  timerleak/after-in-loop: off
exclude: [{paths: [gen], reason: generated}]
tags: [team]
plugins: [{name: acme, tool: acme, severity: info}]
models: {blocks: [example.com/t.Wait]}
`,
		"example.com/company@v0.1.0": `version: 1
confidence: medium
fail-on: error
rules:
  timerleak: {severity: error}
platforms: [linux/amd64]
models: {blocks: [example.com/c.Wait, example.com/t.Wait]}
`,
	})
	got := outcome(load(t, l, `version: 1
extends: example.com/team@v1.2.0 `+sum+`
fail-on: info
tags: [mine]
rules:
  timerleak: off
  acme.nosleep: off
exclude: [{paths: [old], reason: dying}]
`))
	const want = `confidence = medium (example.com/company@v0.1.0/gomend.yaml:2:13)
fail-on = info (gomend.yaml:3:10)
rules.acme.nosleep.report = off (gomend.yaml:7:17)
rules.timerleak.report = off (gomend.yaml:6:14)
rules.timerleak.severity = error (example.com/company@v0.1.0/gomend.yaml:5:25)
rules.timerleak/after-in-loop.report = off (example.com/team@v1.2.0/gomend.yaml:4:28)
exclude[0] = gen: generated (example.com/team@v1.2.0/gomend.yaml:5:11)
exclude[1] = old: dying (gomend.yaml:8:11)
generated = skip (default)
platforms[0] = linux/amd64 (example.com/company@v0.1.0/gomend.yaml:6:13)
tags[0] = mine (gomend.yaml:4:8)
models.blocks[0] = example.com/c.Wait (example.com/company@v0.1.0/gomend.yaml:7:19)
models.blocks[1] = example.com/t.Wait (example.com/company@v0.1.0/gomend.yaml:7:39)
plugins[0] = acme: go tool acme (info) (example.com/team@v1.2.0/gomend.yaml:7:11)
`
	if string(got.Data) != want {
		t.Errorf("in force is\n%s\nwant\n%s", got.Data, want)
	}
}

func TestSourcesAreNamedWithTheirChecksums(t *testing.T) {
	l := policies(t, map[string]string{"example.com/team@v1.2.0": "version: 1\n"})
	c, err := load(t, l, "version: 1\nextends: example.com/team@v1.2.0\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []config.Source{{Name: "gomend.yaml"}, {Name: "example.com/team@v1.2.0/gomend.yaml", Sum: sum}}
	if len(c.Sources) != 2 || c.Sources[0] != want[0] || c.Sources[1] != want[1] {
		t.Errorf("sources %+v, want %+v", c.Sources, want)
	}
}

func TestBadPolicies(t *testing.T) {
	l := policies(t, map[string]string{
		"example.com/a@v1.0.0":     "version: 1\nextends: example.com/b@v1.0.0\n",
		"example.com/b@v1.0.0":     "version: 1\nextends: example.com/a@v1.0.0\n",
		"example.com/n@v1.0.0":     "version: 1\nextends: example.com/n@v2.0.0+incompatible\n",
		"example.com/n@v1.1.0":     "version: 1\nextends: example.com/n@v1.2.0\n",
		"example.com/n@v1.2.0":     "version: 1\nextends: example.com/n@v1.3.0\n",
		"example.com/n@v1.3.0":     "version: 1\nextends: example.com/n@v1.4.0\n",
		"example.com/n@v1.4.0":     "version: 1\nextends: example.com/n@v1.5.0\n",
		"example.com/none@v1.0.0":  "",
		"example.com/slip@v1.0.0":  "version: 1\nconfidense: high\n",
		"example.com/local@v1.0.0": "version: 1\nbaseline: b.json\nplugins: [{name: x, path: bin/x}]\n",
		"example.com/fine@v1.0.0":  "version: 1\n",
	})
	for _, test := range []struct{ name, extends, want string }{
		{"a circle", "example.com/a@v1.0.0", "example.com/b@v1.0.0/gomend.yaml:2:10: policies extend each other in a circle: example.com/a@v1.0.0 extends example.com/b@v1.0.0 extends example.com/a@v1.0.0"},
		{"a long chain", "example.com/n@v1.1.0", "example.com/n@v1.4.0/gomend.yaml:2:10: more than 4 policies extend one another"},
		{"no such module", "example.com/x@v1.0.0", "gomend.yaml:2:10: extends example.com/x@v1.0.0: not found"},
		{"no policy in it", "example.com/none@v1.0.0", "the module has no gomend.yaml at its root"},
		{"a slip in it", "example.com/slip@v1.0.0", `example.com/slip@v1.0.0/gomend.yaml:2:1: unknown key "confidense": did you mean confidence?`},
		{"a baseline in it", "example.com/local@v1.0.0", "example.com/local@v1.0.0/gomend.yaml:2:11: a policy cannot name a baseline"},
		{"a program in it", "example.com/local@v1.0.0", "example.com/local@v1.0.0/gomend.yaml:3:27: a policy cannot name a program"},
		{"another checksum", "example.com/fine@v1.0.0 h1:other=", "the module's checksum is " + sum + ", and h1:other= was expected"},
		{"an odd checksum", "example.com/fine@v1.0.0 md5:1", `"md5:1" is not a checksum`},
		{"a short version", "example.com/fine@v1", "must name a full version, as v1.0.0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := load(t, l, "version: 1\nextends: "+test.extends+"\n")
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("it fails with\n%v\nwant an error with\n%s", err, test.want)
			}
		})
	}
	t.Run("nowhere to fetch from", func(t *testing.T) {
		_, err := load(t, loader(), "version: 1\nextends: example.com/fine@v1.0.0\n")
		if err == nil || !strings.Contains(err.Error(), "cannot be fetched") {
			t.Errorf("it fails with %v", err)
		}
	})
}

// TestFetch has the go command download a policy from a proxy in a folder.
func TestFetch(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	version := module.Version{Path: "example.com/policy", Version: "v1.2.0"}
	g := gocmd.Go{
		Dir: t.TempDir(),
		Env: []string{
			"GOPROXY=file://" + proxy(t, version, map[string]string{
				"go.mod":      "module example.com/policy\n",
				"gomend.yaml": "version: 1\nconfidence: low\n",
			}),
			"GONOSUMDB=*", "GOMODCACHE=" + t.TempDir(), "GOFLAGS=-modcacherw -mod=vendor", "GOTOOLCHAIN=local",
		},
	}
	l := loader()
	l.Fetch = config.Fetch(g)
	c, err := load(t, l, "version: 1\nextends: example.com/policy@v1.2.0\n")
	if err != nil {
		t.Fatal(err)
	}
	if c.Confidence != "low" || !strings.HasPrefix(c.Sources[1].Sum, "h1:") {
		t.Errorf("confidence %s from %+v, want that of the policy, with a checksum", c.Confidence, c.Sources)
	}
	if _, err := load(t, l, "version: 1\nextends: example.com/policy@v1.3.0\n"); err == nil || !strings.Contains(err.Error(), "gomend.yaml:2:10: extends example.com/policy@v1.3.0: ") {
		t.Errorf("for a version that is not there it fails with %v", err)
	}
}

// proxy returns a folder from which the go command can download the module.
func proxy(t *testing.T, v module.Version, files map[string]string) string {
	src, dir := t.TempDir(), t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(src, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	at := filepath.Join(dir, filepath.FromSlash(v.Path), "@v")
	if err := os.MkdirAll(at, 0o777); err != nil {
		t.Fatal(err)
	}
	for ext, content := range map[string]string{".mod": files["go.mod"], ".info": `{"Version":"` + v.Version + `"}`} {
		if err := os.WriteFile(filepath.Join(at, v.Version+ext), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Create(filepath.Join(at, v.Version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	if err := zip.CreateFromDir(f, v, src); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(dir)
}

// TestTheExampleLoads keeps the published example true.
func TestTheExampleLoads(t *testing.T) {
	data, err := os.ReadFile("../../../docs/schema/gomend.example.yaml")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("docs are not here: this module stands alone")
	} else if err != nil {
		t.Fatal(err)
	}
	l := policies(t, map[string]string{"example.com/platform/policy@v1.4.0": "version: 1\n"})
	if _, err := load(t, l, string(data)); err != nil {
		t.Error(err)
	}
}
