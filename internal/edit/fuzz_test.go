package edit_test

import (
	"bytes"
	"testing"

	"github.com/gomend/gomend/internal/edit"
)

// fixesOf reads fixes out of arbitrary bytes. Some of their edits overlap, and some
// lie outside of their file.
func fixesOf(data []byte) [][]edit.Edit {
	var fixes [][]edit.Edit
	for len(data) >= 4 {
		e := edit.Edit{
			File:  string('f' + rune(data[0]%2)),
			Start: int(data[1]),
			End:   int(data[1]) + int(data[2]%8),
			New:   string(bytes.Repeat([]byte{'A' + data[3]%26}, int(data[3]/26%4))),
		}
		if data[0]%3 == 0 || len(fixes) == 0 {
			fixes = append(fixes, nil)
		}
		fixes[len(fixes)-1] = append(fixes[len(fixes)-1], e)
		data = data[4:]
	}
	return fixes
}

// apply applies the edits to a text, one after the other, by an independent method:
// each byte of the text is kept or not, and each gap has what is inserted into it.
func apply(text string, edits []edit.Edit) string {
	gone := make([]bool, len(text))
	inserted := make([]string, len(text)+1)
	replaced := make([]string, len(text)+1)
	for _, e := range edits {
		if e.Start == e.End {
			inserted[e.Start] += e.New
			continue
		}
		replaced[e.Start] += e.New
		for i := e.Start; i < e.End; i++ {
			gone[i] = true
		}
	}
	var out []byte
	for i := range len(text) + 1 {
		out = append(out, inserted[i]...)
		out = append(out, replaced[i]...)
		if i < len(text) && !gone[i] {
			out = append(out, text[i])
		}
	}
	return string(out)
}

// place is what makes two edits identical.
type place struct {
	file       string
	start, end int
	text       string
}

func FuzzMerge(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 1, 2, 3, 4, 3, 1, 2, 3})
	f.Add([]byte{3, 5, 0, 40, 3, 5, 0, 40, 3, 5, 0, 41, 3, 5, 1, 41})
	f.Add([]byte{3, 0, 7, 30, 3, 3, 0, 30, 4, 7, 2, 0, 5, 200, 1, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		text := contents{"f": "the quick brown fox jumps over the lazy dog", "g": "pack my box with five dozen liquor jugs"}
		s := edit.NewSet(text.read)
		accepted := map[string][]edit.Edit{}
		seen := map[place]bool{}
		state := func() string {
			return content(t, s, "f") + "\x00" + content(t, s, "g")
		}
		var taken [][]edit.Edit
		for _, fix := range fixesOf(data) {
			before := state()
			if err := s.Add(fix...); err != nil {
				if after := state(); after != before {
					t.Fatalf("the refused fix %v changed\n%q to\n%q", fix, before, after)
				}
				continue
			}
			taken = append(taken, fix)
			for _, e := range fix {
				at := place{e.File, e.Start, e.End, e.New}
				if !seen[at] {
					seen[at] = true
					accepted[e.File] = append(accepted[e.File], e)
				}
			}
		}
		for name := range text {
			if got, want := content(t, s, name), apply(text[name], accepted[name]); got != want {
				t.Errorf("%s is %q, want %q from %v", name, got, want, accepted[name])
			}
			for i, a := range accepted[name] {
				for _, b := range accepted[name][i+1:] {
					if a.Start < b.End && b.Start < a.End && a.Start != a.End && b.Start != b.End {
						t.Errorf("overlapping edits were accepted: %v and %v", a, b)
					}
				}
			}
		}
		before := state()
		for _, fix := range taken {
			if err := s.Add(fix...); err != nil {
				t.Errorf("an accepted fix was refused the second time: %v", err)
			}
		}
		if after := state(); after != before {
			t.Errorf("adding all fixes again changed\n%q to\n%q", before, after)
		}
	})
}
