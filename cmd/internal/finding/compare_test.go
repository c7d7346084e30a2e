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
		{"another package", one, change(func(f *finding.Finding) { f.File, f.Package = "web/x.go", "example.com/shop/web" }), 0, 0, 1, 0},
		{"a renamed declaration, named in the message", one, change(func(f *finding.Finding) {
			f.Symbol, f.Message = "(*Client).get", "get blocks on ch for ever"
		}), 0, 0, 1, 0},
		{"another package and declaration", one, change(func(f *finding.Finding) {
			f.Symbol, f.Message = "get", "get blocks on ch for ever"
			f.File, f.Package = "web/x.go", "example.com/shop/web"
		}), 0, 0, 1, 0},
		{"the same defect on another line of code", one, change(func(f *finding.Finding) { f.LineText = "out <- other" }), 1, 1, 0, 0},
		{"another kind", one, change(func(f *finding.Finding) { f.Kind = "x" }), 1, 1, 0, 0},
		{"a part of a word is not the declaration", one, change(func(f *finding.Finding) {
			f.Symbol, f.Message = "blocks", "fetch blockades on ch for ever"
		}), 1, 1, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := finding.Compare(identified(test.base), identified(test.head))
			if len(c.New) != test.isNew || len(c.Fixed) != test.fixed || len(c.Moved) != test.moved || len(c.Unchanged) != test.unmoved {
				t.Errorf("%d new, %d fixed, %d moved, %d unchanged; want %d, %d, %d, %d",
					len(c.New), len(c.Fixed), len(c.Moved), len(c.Unchanged), test.isNew, test.fixed, test.moved, test.unmoved)
			}
		})
	}
}

func TestALineThatSaysLittleIsNoIdentity(t *testing.T) {
	a := leak()
	a.Message, a.LineText = "blocks for ever", "return err"
	b := a
	b.Symbol, b.Package, b.File = "other", "example.com/shop/web", "web/x.go"
	if c := finding.Compare(identified([]finding.Finding{a}), identified([]finding.Finding{b})); len(c.New) != 1 || len(c.Fixed) != 1 {
		t.Errorf("%+v, want one new and one fixed", c)
	}
	b.Symbol = a.Symbol
	if c := finding.Compare(identified([]finding.Finding{a}), identified([]finding.Finding{b})); len(c.Moved) != 1 {
		t.Errorf("%+v, want one moved: its declaration moved with it", c)
	}
}

func TestCompareCountsEquals(t *testing.T) {
	two, three := identified(equals(2, 10, "timerleak")), identified(equals(3, 10, "timerleak"))
	if c := finding.Compare(two, three); lines(c.New, lineOf) != "12" || len(c.Unchanged) != 2 {
		t.Errorf("one more: %+v, want line 12 to be new", c)
	}
	if c := finding.Compare(three, two); lines(c.Fixed, lineOf) != "12" || len(c.Unchanged) != 2 {
		t.Errorf("one less: %+v, want line 12 to be fixed", c)
	}
	elsewhere := equals(1, 10, "timerleak")
	elsewhere[0].File = "b.go"
	base := identified(equals(1, 10, "timerleak"), elsewhere)
	if c := finding.Compare(base, base[1:]); len(c.Moved) != 0 || len(c.Fixed) != 1 || c.Fixed[0].File != "a.go" {
		t.Errorf("%+v, want that of a.go to be fixed and none to have moved", c)
	}
}

func TestCompareTakesTheLikeliestOrigin(t *testing.T) {
	near, far := leak(), leak()
	near.Package, near.File = "example.com/shop/near", "near/x.go" // the same declaration
	far.Symbol, far.File = "other", "api/far.go"                   // the same package
	moved := leak()
	moved.Package, moved.File = "example.com/shop/new", "new/x.go"
	c := finding.Compare(identified([]finding.Finding{far, near}), identified([]finding.Finding{moved}))
	if len(c.Moved) != 1 || c.Moved[0].From.File != "near/x.go" {
		t.Errorf("%+v, want it to come from near/x.go", c)
	}
}
