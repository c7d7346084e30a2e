package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomend/gomend/cmd/internal/cli"
)

// command runs a command line in a directory with one module.
func command(ctx context.Context, t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/m\n\ngo 1.24\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code = cli.Run(ctx, args, cli.World{Out: &out, Err: &errs, Environ: os.Environ(), Dir: dir})
	return code, out.String(), errs.String()
}

func TestInterruptedIsNotClean(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	code, stdout, stderr := command(ctx, t, "check")
	if code != 4 || stdout != "" || stderr != "gomend: interrupted\n" {
		t.Errorf("exit code %d, output %q, errors %q", code, stdout, stderr)
	}
}

func TestFlagsWithOneDash(t *testing.T) {
	for _, line := range []string{"rules -json", "rules --json", "rules -json=true -since=v0.1.0", "-q rules -since v0.1.0 -json"} {
		code, stdout, stderr := command(t.Context(), t, strings.Fields(line)...)
		if code != 0 || !strings.HasPrefix(stdout, "[") {
			t.Errorf("%s: exit code %d, output %q, errors %q", line, code, stdout, stderr)
		}
	}
	if code, _, stderr := command(t.Context(), t, "rules", "--", "-json"); code != 2 || !strings.Contains(stderr, `"-json"`) {
		t.Errorf("an argument after --: exit code %d, errors %q", code, stderr)
	}
}

func TestLogOnRequest(t *testing.T) {
	code, _, stderr := command(t.Context(), t, "-v", "--log-format", "json")
	if code != 0 || !strings.Contains(stderr, `"msg":"go command"`) {
		t.Errorf("exit code %d, errors %q", code, stderr)
	}
	if code, _, stderr := command(t.Context(), t); code != 0 || stderr != "" {
		t.Errorf("without -v: exit code %d, errors %q", code, stderr)
	}
}
