package cli_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestVulnerabilitiesOfTheExample has what the sick service calls, if it is built with an old
// release of Go.
func TestVulnerabilitiesOfTheExample(t *testing.T) {
	cmd := exec.Command(filepath.Join(gomend, "gomend"), "-C", filepath.Join("..", "..", "..", "examples", "payments"),
		"vuln", "--db", "vulndb", "--go", "go1.21.8", "-o", "json", "-q")
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOWORK=")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("it ends with %v", err)
	}
	var doc struct {
		Advisories []struct {
			ID, Level string
			Findings  []struct{ Dir, View, Level string }
		}
	}
	if err := json.Unmarshal(out, &doc); err != nil {
		t.Fatal(err)
	}
	got := make(map[string][]string)
	for _, a := range doc.Advisories {
		for _, f := range a.Findings {
			got[a.ID] = append(got[a.ID], f.Dir+" "+f.View+" "+f.Level)
		}
	}
	everywhere := []string{"api release called", "api work called", "shared release called", "shared work called", "worker release called", "worker work called"}
	want := map[string][]string{"GO-2024-2687": everywhere, "GO-2024-2887": everywhere}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is wanted (-) and found (+) differ:\n%s", diff)
	}
}
