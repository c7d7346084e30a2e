package report_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/pprof/profile"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/profiles/compare"
)

// hostileName is a name that would end the element with the data, and load something.
const hostileName = `example.com/p.F</script><img src=x onerror=alert(1)>`

// profileWith returns a profile with a stack for each value: main calls a function, which
// calls another one where the value is odd.
func profileWith(values map[string]int64) *profile.Profile {
	p := &profile.Profile{SampleType: []*profile.ValueType{{Type: "cpu", Unit: "nanoseconds"}}}
	add := func(name string) *profile.Location {
		id := uint64(len(p.Function) + 1)
		f := &profile.Function{ID: id, Name: name}
		l := &profile.Location{ID: id, Line: []profile.Line{{Function: f}}}
		p.Function, p.Location = append(p.Function, f), append(p.Location, l)
		return l
	}
	root := add("main.main")
	for name, v := range values {
		p.Sample = append(p.Sample, &profile.Sample{Value: []int64{v}, Location: []*profile.Location{add(name), root}})
	}
	return p
}

func diffPage(t *testing.T) string {
	t.Helper()
	o := &compare.Options{By: compare.Function}
	tree := compare.NewTree("")
	var sides [2][]*compare.Run
	for i, values := range []map[string]int64{
		{"example.com/p.Grows": 1e9, "example.com/p.Shrinks": 4e9, "example.com/p.Goes": 1e9, hostileName: 1e9},
		{"example.com/p.Grows": 5e9, "example.com/p.Shrinks": 1e9, "example.com/p.Comes": 1e9, hostileName: 1e9},
	} {
		p := profileWith(values)
		r, err := compare.Fold("test", p, o)
		if err != nil {
			t.Fatal(err)
		}
		sides[i] = append(sides[i], r)
		if err := tree.Add(compare.Side(i), "test", p, 1); err != nil {
			t.Fatal(err)
		}
	}
	r, err := compare.Compare(sides[0], sides[1], compare.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	d := &report.ProfileDiff{Result: r, By: o.By, Tree: tree, BaseName: "base.pprof", HeadName: "head.pprof"}
	if err := report.WriteProfileDiff(&b, report.HTML, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The page has all in a table without its script, and no name in it is markup.
func TestProfileDiffPage(t *testing.T) {
	page := diffPage(t)
	for _, want := range []string{"example.com/p.Grows", "4s", "gone", "new", "F&lt;/script&gt;&lt;img", `content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; script-src &#39;sha256-`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, not := range []string{"<img", "http://", "https://"} {
		if strings.Contains(page, not) {
			t.Errorf("the page has %q", not)
		}
	}
}

// A browser draws the graph, by what stands in the address, and runs nothing else.
func TestProfileDiffPageInABrowser(t *testing.T) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium")
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "diff.html")
	if err := os.WriteFile(name, []byte(diffPage(t)), 0o666); err != nil {
		t.Fatal(err)
	}
	dom := func(hash string) string {
		cmd := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+filepath.Join(dir, "profile"), "--dump-dom", "file://"+filepath.ToSlash(name)+hash)
		out, err := cmd.Output()
		if err != nil {
			t.Skipf("chromium does not run here: %v", err)
		}
		return string(out)
	}
	for hash, want := range map[string][]string{
		"":                             {`class="frame more`, `class="frame less`, "− p.Shrinks", "+ p.Grows", "example.com/p.Comes: +1.00 s, new", "example.com/p.Goes: −1.00 s, gone"},
		"#search=Grows|Comes":          {"75.0 % of the head match", ` found"`},
		"#search=[":                    {"total: +1.00 s"},
		"#relative=1":                  {"total: +0 ns"},
		"#callers=example.com/p.Grows": {`aria-level="2"`, "main.main: +4.00 s"},
		"#width=change&gone=0":         {"p.Grows"},
	} {
		got := dom(hash)
		for _, text := range want {
			if !strings.Contains(got, text) {
				t.Errorf("%s: the document lacks %q", hash, text)
			}
		}
		if strings.Contains(got, "<img") {
			t.Errorf("%s: a name has become an element", hash)
		}
		if hash == "#width=change&gone=0" && strings.Contains(got, "Goes: −1.00 s, gone") {
			t.Errorf("%s: what is gone is shown", hash)
		}
	}
}
