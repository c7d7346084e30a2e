package config

import (
	"os"
	"path/filepath"
	"testing"
)

func TestLoadKeepsDefaults(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(path, []byte(`{"addr": ":9090"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Addr != ":9090" || cfg.SettleWorkers != 8 {
		t.Errorf("got addr %q and %d settle workers, want :9090 and 8", cfg.Addr, cfg.SettleWorkers)
	}
}

func TestLoadMissing(t *testing.T) {
	if _, err := Load(filepath.Join(t.TempDir(), "none.json")); err == nil {
		t.Error("a missing file is accepted")
	}
}
