package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/gomend/gomend/cmd/internal/config"
)

// FuzzLoad states that no file makes Load panic, that a file is either loaded
// or refused with a position in it, and that what is loaded can be shown.
func FuzzLoad(f *testing.F) {
	archives, err := filepath.Glob("testdata/load/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range archives {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(ar.Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		name := filepath.Join(t.TempDir(), config.FileName)
		if err := os.WriteFile(name, data, 0o666); err != nil {
			t.Fatal(err)
		}
		c, err := loader().Load(t.Context(), name)
		if err == nil {
			c.Entries()
			c.AnalysisFlags()
			c.Policy(t.TempDir())
			return
		}
		for _, p := range config.Problems(err) {
			if p.Line < 1 || p.Col < 1 || p.Message == "" {
				t.Errorf("problem %+v has no position or no message", p)
			}
		}
	})
}
