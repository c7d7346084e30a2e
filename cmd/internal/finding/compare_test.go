package finding_test

import (
	"testing"

	"github.com/gomend/gomend/cmd/internal/finding"
)

func TestCompare(t *testing.T) {
	old := func() finding.Finding {
		f := leak()
		f.Message = "fetch blocks on ch for ever"
		f.Symbol = "(*Client).fetch"
		return f
	}
	change := func(change func(*finding.Finding)) []finding.Finding {
		f := old()
		change(&f)
		return []finding.Finding{f}
	}
	none := []finding.Finding(nil)
	one := []finding.Finding{old()}
	for _, test := range []struct {
		name                         string
		base, head                   []finding.Finding
		isNew, fixed, moved, unmoved int
	}{
		{"nothing changed", one, one, 0, 0, 0, 1},
		{"a new finding", none, one, 1, 0, 0, 0},
		{"a mended finding", one, none, 0, 1, 0, 0},
		{"lines added above", one, change(func(f *finding.Finding) { f.Line = 99 }), 0, 0, 0, 1},
		{"another file", one, change(func(f *finding.Finding) { f.File = "api/x.go" }), 0, 0, 1, 0},
		{"another package, and the code is not known", one, change(func(f *finding.Finding) { f.File, f.Package = "web/x.go", "example.com/shop/web" }), 1, 1, 0, 0},
		{"another declaration, and the code is not known", one, change(func(f *finding.Finding) { f.Symbol = "(*Client).get" }), 1, 1, 0, 0},
		{"the same defect on another line of code", one, change(func(f *finding.Finding) { f.LineText = "out <- other" }), 1, 1, 0, 0},
		{"another kind", one, change(func(f *finding.Finding) { f.Kind = "x" }), 1, 1, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := finding.Compare(identified(test.base), identified(test.head), finding.Change{})
			if len(c.New) != test.isNew || len(c.Fixed) != test.fixed || len(c.Moved) != test.moved || len(c.Unchanged) != test.unmoved {
				t.Errorf("%d new, %d fixed, %d moved, %d unchanged; want %d, %d, %d, %d",
					len(c.New), len(c.Fixed), len(c.Moved), len(c.Unchanged), test.isNew, test.fixed, test.moved, test.unmoved)
			}
		})
	}
}

func TestCompareCountsEquals(t *testing.T) {
	two, three := identified(equals(2, 10, "timerleak")), identified(equals(3, 10, "timerleak"))
	if c := finding.Compare(two, three, finding.Change{}); lines(c.New, lineOf) != "12" || len(c.Unchanged) != 2 {
		t.Errorf("one more: %+v, want line 12 to be new", c)
	}
	if c := finding.Compare(three, two, finding.Change{}); lines(c.Fixed, lineOf) != "12" || len(c.Unchanged) != 2 {
		t.Errorf("one less: %+v, want line 12 to be fixed", c)
	}
	elsewhere := equals(1, 10, "timerleak")
	elsewhere[0].File = "b.go"
	base := identified(equals(1, 10, "timerleak"), elsewhere)
	if c := finding.Compare(base, base[1:], finding.Change{}); len(c.Moved) != 0 || len(c.Fixed) != 1 || c.Fixed[0].File != "a.go" {
		t.Errorf("%+v, want that of a.go to be fixed and none to have moved", c)
	}
}
