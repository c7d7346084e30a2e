package govuln

import (
	"context"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"

	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/pins"
)

// A Toolchain is the release of Go that ends advisories of the standard library.
type Toolchain struct {
	// From are the releases that modules were judged by, sorted; To is the least release
	// that ends all advisories that one ends, or "" if none ends any.
	From []string
	To   string

	// Ends are the advisories that it ends, and Open those that no release mends, sorted.
	Ends, Open []*osv.Entry

	// Pins are the places of the repository that name a release with one of them: what is
	// built there is vulnerable. Where just a version of the language is named, as 1.25, its
	// newest release counts.
	Pins []ToolchainPin
}

// A ToolchainPin is a place that names a release of Go.
type ToolchainPin struct {
	token.Position // with an absolute file name

	// Version is what stands there, and To the least release after it that ends the
	// advisories.
	Version, To string

	// What is what the place is, as "image" or "toolchain line".
	What string
}

// AdviseToolchain says which release of Go ends those findings that are of the standard
// library, and where the code base pins one with them. It returns nil if there are none.
// The go lines of modules are not among the places: they say what the code needs, and not
// what it is built with.
func AdviseToolchain(ctx context.Context, r *Result, findings []*Finding) (*Toolchain, error) {
	t := new(Toolchain)
	to := ""
	for _, f := range findings {
		if f.Dependency != osv.Stdlib {
			continue
		}
		if from := osv.ToGo(f.Version); !slices.Contains(t.From, from) {
			t.From = append(t.From, from)
		}
		switch {
		case slices.Contains(t.Ends, f.Advisory) || slices.Contains(t.Open, f.Advisory):
		case f.Fixed == "":
			t.Open = append(t.Open, f.Advisory)
		default:
			t.Ends = append(t.Ends, f.Advisory)
		}
		if f.Fixed != "" && (to == "" || osv.Less(to, f.Fixed)) {
			to = f.Fixed
		}
	}
	if len(t.From) == 0 {
		return nil, nil
	}
	slices.SortFunc(t.From, func(a, b string) int {
		if osv.Less(osv.OfGo(a), osv.OfGo(b)) {
			return -1
		}
		return 1
	})
	for _, all := range [][]*osv.Entry{t.Ends, t.Open} {
		slices.SortFunc(all, func(a, b *osv.Entry) int { return CompareIDs(a.ID, b.ID) })
	}
	if to == "" {
		return t, nil
	}
	if to = osv.Unconcerned(osv.Stdlib, to, t.Ends); to == "" {
		return t, nil
	}
	t.To = osv.ToGo(to)
	return t, t.findPins(ctx, r.Code)
}

func (t *Toolchain) findPins(ctx context.Context, w *workspace.Workspace) error {
	if f := w.WorkFile; f != nil && f.File != nil {
		t.line(f.Path, f.File.Toolchain)
	}
	for _, m := range w.Modules {
		if m.File != nil {
			t.line(filepath.Join(m.Dir, "go.mod"), m.File.Toolchain)
		}
	}
	found, err := pins.Find(ctx, w)
	if err != nil {
		return err
	}
	for _, p := range found {
		switch p.Kind {
		case pins.Badge, pins.Prose, pins.Tool, pins.Condition:
			continue // nothing is built by them
		}
		if to := t.endsFrom(p.Version); to != "" {
			t.Pins = append(t.Pins, ToolchainPin{p.Position, p.Version, to, string(p.Kind)})
		}
	}
	return nil
}

// line looks at a toolchain line.
func (t *Toolchain) line(file string, l *modfile.Toolchain) {
	if l == nil {
		return
	}
	to := t.endsFrom(l.Name)
	if to == "" {
		return
	}
	p := ToolchainPin{Version: l.Name, To: to, What: "toolchain line"}
	p.Filename = file
	if l.Syntax != nil {
		p.Line, p.Column = l.Syntax.Start.Line, l.Syntax.Start.LineRune
	}
	t.Pins = append(t.Pins, p)
}

// endsFrom returns the release to take in the place of what a pin names, as 1.25.1, go1.25.1,
// ^1.25.1, 1.25.x or 1.25, or "" if it has none of the advisories.
func (t *Toolchain) endsFrom(pinned string) string {
	numbers := strings.TrimLeft(pinned, "^~>= vgo")
	exact := strings.HasPrefix(pinned, numbers) || strings.HasPrefix(pinned, "go")
	if line, ok := strings.CutSuffix(numbers, ".x"); ok {
		numbers, exact = line, false
	}
	exact = exact && strings.Count(numbers, ".") > 1
	from := osv.OfGo("go" + numbers)
	to := osv.Unconcerned(osv.Stdlib, from, t.Ends)
	if to == "" || to == from || !exact && semver.MajorMinor(to) == semver.MajorMinor(from) {
		return ""
	}
	return osv.ToGo(to)
}
