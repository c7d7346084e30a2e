package pins_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/workspace/pins"
)

// Whatever a file has in it, reading it and raising its pins ends, changes nothing but
// versions, and is done after one time.
func FuzzRaise(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range archive.Files {
			f.Add(part.Name, part.Data, uint8(22))
		}
	}
	f.Add(".github/workflows/a.yml", []byte("a: &x [1.15, *x]\nmatrix: {go: *x}\n"), uint8(20))
	f.Add("Dockerfile", []byte("ARG A=$A$A\nARG A=$A$A\nFROM golang:$A\n"), uint8(20))
	f.Fuzz(func(t *testing.T, name string, content []byte, minor uint8) {
		to := "1." + strings.TrimLeft(string([]byte{'0' + minor/100, '0' + minor/10%10}), "0") + string('0'+minor%10)
		found := pins.Read(name, content)
		for _, p := range found {
			if p.Offset < 0 || p.Offset+len(p.Version) > len(content) || string(content[p.Offset:p.Offset+len(p.Version)]) != p.Version {
				t.Fatalf("%v is not there", p)
			}
			if at := content[:p.Offset]; p.Line != bytes.Count(at, []byte("\n"))+1 || p.Column != p.Offset-bytes.LastIndexByte(at, '\n') {
				t.Fatalf("%v stands elsewhere", p)
			}
		}
		plan, err := pins.Raise(found, to)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range plan.Changes {
			if !slices.ContainsFunc(plan.Raised, func(r pins.Raised) bool { return r.To == "" }) {
				onlyVersions(t, plan, c.Old, c.New)
			}
			again, err := pins.Raise(pins.Read(name, c.New), to)
			if err != nil {
				t.Fatal(err)
			}
			if len(again.Changes) > 0 {
				t.Fatalf("the second time, to %s:\n%q\n%q\n%q", to, c.Old, c.New, again.Changes[0].New)
			}
		}
	})
}

// onlyVersions checks that nothing changes but the pins of a plan that drops none.
func onlyVersions(t *testing.T, plan *pins.Plan, old, changed []byte) {
	t.Helper()
	last := 0
	for _, r := range plan.Raised {
		between := old[last:r.Pin.Offset]
		if !bytes.HasPrefix(changed, between) {
			t.Fatalf("%q becomes %q", between, changed)
		}
		changed = changed[len(between):]
		text := r.To
		if !bytes.HasPrefix(changed, []byte(text)) {
			text = "'" + text + "'"
		}
		if !bytes.HasPrefix(changed, []byte(text)) {
			t.Fatalf("%q is not in the place of %v", r.To, r.Pin)
		}
		changed = changed[len(text):]
		last = r.Pin.Offset + len(r.Pin.Version)
	}
	if !bytes.Equal(old[last:], changed) {
		t.Fatalf("%q becomes %q", old[last:], changed)
	}
}
