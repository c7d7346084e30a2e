package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// service is the directory of the service on which the manual shows gomend.
var service = filepath.Join("..", "..", "..", "examples", "payments")

// TestDefectsOfTheExample holds what is found in the example service against the
// list of what is wrong with it: all of the list is found, and nothing else.
func TestDefectsOfTheExample(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(service, "DEFECTS.md"))
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile("(?m)^\\| `(\\S+)` `(\\S+)` \\|.*\\| `(\\S+)` \\|$")
	var want []string
	for _, m := range row.FindAllStringSubmatch(string(page), -1) {
		want = append(want, m[1]+" "+m[2]+" "+m[3])
	}
	var got []string
	for _, f := range findingsOf(t, service, "check", "--confidence", "low") {
		got = append(got, f.File+" "+f.Symbol+" "+f.ID())
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("DEFECTS.md (-) and what is found (+) differ:\n%s", diff)
	}
}
