package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeShowsWhatPeopleSee holds the output that the README shows against
// what a check of the example service shows in a terminal.
func TestReadmeShowsWhatPeopleSee(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```text\n(.*?)```").FindSubmatch(readme)
	if block == nil {
		t.Fatal("the README shows no output")
	}
	cmd := exec.Command(filepath.Join(gomend, "gomend"), "check")
	cmd.Dir = service
	cmd.Env = append(os.Environ(), "NO_COLOR=1")
	shown, err := inTerminal(cmd)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(shown, string(block[1])) {
		t.Errorf("the README shows\n%s\nwhich is not in\n%s", block[1], shown)
	}
}
