package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/gomend/gomend/analyzers"
	"github.com/gomend/gomend/cmd/internal/config"
)

// TestManualConfigurations tells when the manual shows a configuration that is
// refused.
func TestManualConfigurations(t *testing.T) {
	var blocks [][][]byte
	for _, name := range []string{"configuration.md", "profiles.md", "recipes.md", "vuln.md"} {
		page := filepath.Join("..", "..", "..", "docs", name)
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(text, -1)
		if len(found) == 0 {
			t.Fatalf("%s shows no configuration", page)
		}
		blocks = append(blocks, found...)
	}
	policy := t.TempDir()
	write(t, policy, []byte("version: 1\n"))
	loader := config.Loader{
		Rules: analyzers.Rules(),
		Fetch: func(context.Context, string, string) (config.Module, error) { return config.Module{Dir: policy}, nil },
	}
	for i, block := range blocks {
		if _, err := loader.Load(t.Context(), write(t, t.TempDir(), block[1])); err != nil {
			t.Errorf("configuration %d of the manual: %v", i+1, err)
		}
	}
}

// write writes a configuration file into dir and returns its name.
func write(t *testing.T, dir string, content []byte) string {
	t.Helper()
	name := filepath.Join(dir, config.FileName)
	if err := os.WriteFile(name, content, 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}
