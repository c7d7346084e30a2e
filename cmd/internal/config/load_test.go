package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/txtar"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/config"
)

// loader knows a few rules, one with settings, and fetches nothing.
func loader() *config.Loader {
	timer := &analysis.Analyzer{Name: "timerleak"}
	timer.Flags.Duration("min-period", time.Second, "")
	timer.Flags.Bool("wrappers", false, "")
	timer.Flags.Int("depth", 2, "")
	return &config.Loader{Rules: []*rule.Rule{
		{Analyzer: timer, Kinds: []rule.Kind{{Name: "after-in-loop"}}},
		{Analyzer: &analysis.Analyzer{Name: "goroutineleak"}, Kinds: []rule.Kind{{Name: "abandoned-send"}}},
		{Analyzer: &analysis.Analyzer{Name: "deadlock"}},
		{Analyzer: &analysis.Analyzer{Name: "poolmisuse"}},
		{Analyzer: &analysis.Analyzer{Name: "suppression"}, Kinds: []rule.Kind{{Name: "unused"}}},
	}}
}

// TestLoad loads the gomend.yaml of each archive in testdata/load and compares
// what is in force, or what is wrong, with what the archive says.
func TestLoad(t *testing.T) {
	archives, err := filepath.Glob("testdata/load/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(filepath.Base(name), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			if err := os.WriteFile("gomend.yaml", ar.Files[0].Data, 0o666); err != nil {
				t.Fatal(err)
			}
			got := outcome(loader().Load(t.Context(), "gomend.yaml"))
			want := &ar.Files[1]
			if got.Name != want.Name || string(got.Data) != string(want.Data) {
				t.Errorf("got %s\n%s\nwant %s\n%s", got.Name, got.Data, want.Name, want.Data)
			}
		})
	}
}

// outcome returns the entries of a configuration, or the problems of an error.
func outcome(c *config.Config, err error) txtar.File {
	var b strings.Builder
	if err != nil {
		for _, p := range config.Problems(err) {
			fmt.Fprintln(&b, p)
		}
		return txtar.File{Name: "problems", Data: []byte(b.String())}
	}
	for _, e := range c.Entries() {
		fmt.Fprintf(&b, "%s = %s (%s)\n", e.Key, e.Value, e.Origin)
	}
	return txtar.File{Name: "entries", Data: []byte(b.String())}
}
