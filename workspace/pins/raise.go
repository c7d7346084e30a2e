package pins

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace/align"
)

// A Plan is what raising pins comes to.
type Plan struct {
	// Changes are the files that change, sorted by name.
	Changes []align.Change

	// Raised are the pins that change, by file and position.
	Raised []Raised

	// Left are the pins that name an older Go and do not change, by file and position.
	Left []Left
}

// A Raised is a pin that changes.
type Raised struct {
	Pin Pin
	To  string // what is in the place of the version; "" if it goes from its list
}

// A Left is a pin that is left for the user.
type Left struct {
	Pin    Pin
	Reason string // a sentence without a full stop
}

// Raise plans to raise the pins that name an older Go to a version as a go line has it, such
// as 1.22 or 1.22.3. Only the bytes of versions change, with the quotes that YAML needs for
// a 1.20 not to be 1.2, and elements of lists go. The pins are those of [Find] or [Read],
// all or some; done with what the plan makes of the files, it changes nothing. It is an
// error if the version is none.
func Raise(pins []Pin, to string) (*Plan, error) {
	t, err := parseTarget(to)
	if err != nil {
		return nil, err
	}
	r := &raiser{target: t, plan: new(Plan), lists: make(map[*list][]Pin), edits: make(map[*file][]edit)}
	for _, p := range pins {
		if p.list != nil {
			r.lists[p.list] = append(r.lists[p.list], p)
			continue
		}
		r.single(p)
	}
	for l, members := range r.lists {
		r.list(l, members)
	}
	r.finish()
	return r.plan, nil
}

// numberRE matches a version that YAML takes for a number, and for another one.
var numberRE = lazy(`^1\.\d*0$`)

// An edit replaces bytes of a file.
type edit struct {
	start, end int
	text       string
}

// A raiser makes a plan.
type raiser struct {
	target
	plan  *Plan
	lists map[*list][]Pin // the pins that are their elements
	edits map[*file][]edit
}

func (r *raiser) leave(p Pin, reason string) {
	r.plan.Left = append(r.plan.Left, Left{p, reason})
}

// single raises a pin that stands by itself.
func (r *raiser) single(p Pin) {
	if !p.read().below(r.target) {
		return
	}
	if reason := r.reason(p); reason != "" {
		r.leave(p, reason)
		return
	}
	r.raise(p)
}

// reason tells why a pin can't be raised; it is empty if it can.
func (r *raiser) reason(p Pin) string {
	if p.Why != "" {
		return p.Why
	}
	for i := range p.uses {
		if why := p.uses[i].missing(r.target); why != "" {
			return why
		}
	}
	return ""
}

// raise writes the target in the place of a pin's version.
func (r *raiser) raise(p Pin) {
	how := p.form
	if p.Kind == Variable && how == floating && len(p.uses) == 0 && !p.seen {
		how = named // what takes it may want a release
	}
	text := p.spec.raised(r.target, how)
	if !p.spec.below(r.target) {
		text = p.Version // it is just read wrongly
	}
	bare := text
	if p.yaml && numberRE().MatchString(text) {
		text = "'" + text + "'"
	}
	r.edits[p.file] = append(r.edits[p.file], edit{p.Offset, p.end(), text})
	r.plan.Raised = append(r.plan.Raised, Raised{p, bare})
}

// list drops the versions of a list that are older than the target, and raises the newest of
// them if nothing else is left that can build the code.
func (r *raiser) list(l *list, members []Pin) {
	var below []Pin
	enough := slices.ContainsFunc(l.elements, func(e element) bool { return e.open })
	for _, p := range members {
		if p.read().below(r.target) {
			below = append(below, p)
		} else {
			enough = true
		}
	}
	if len(below) == 0 {
		return
	}
	slices.SortStableFunc(below, func(a, b Pin) int {
		return cmp.Or(cmp.Compare(a.read().minor, b.read().minor), cmp.Compare(a.spec.patch, b.spec.patch))
	})
	drop := below
	if !enough {
		newest := below[len(below)-1]
		if reason := r.reason(newest); reason != "" {
			for _, p := range below {
				r.leave(p, reason)
			}
			return
		}
		drop = below[:len(below)-1]
	}
	ranges, ok := l.without(drop)
	if !ok {
		for _, p := range below {
			r.leave(p, "it can't be taken out of its list without touching what stands around it")
		}
		return
	}
	if !enough {
		r.raise(below[len(below)-1])
	}
	for _, p := range drop {
		r.plan.Raised = append(r.plan.Raised, Raised{p, ""})
	}
	for _, e := range ranges {
		r.edits[members[0].file] = append(r.edits[members[0].file], e)
	}
}

// without returns the edits that take pins out of a list. It is not ok if that would take
// something else away.
func (l *list) without(drop []Pin) (edits []edit, ok bool) {
	goes := make([]bool, len(l.elements))
	for _, p := range drop {
		i := slices.IndexFunc(l.elements, func(e element) bool { return e.start <= p.Offset && p.Offset < e.end })
		if i < 0 {
			return nil, false
		}
		goes[i] = true
	}
	first := slices.Index(goes, false)
	if len(drop) > 0 && first < 0 {
		return nil, false
	}
	for i, e := range l.elements {
		if !goes[i] {
			continue
		}
		f := drop[0].file
		switch {
		case l.block:
			start, end, alone := e.from, e.to, e.to > 0
			if !e.mapping {
				start, end, alone = f.elementLine(e)
			}
			if !alone {
				return nil, false
			}
			edits = append(edits, edit{start, end, ""})
		case i < first:
			edits = append(edits, edit{e.start, l.elements[i+1].start, ""})
		default:
			start := l.elements[i-1].end
			if strings.Contains(string(f.data[start:e.start]), "#") {
				return nil, false
			}
			edits = append(edits, edit{start, e.end, ""})
		}
	}
	return edits, true
}

// elementLine returns the offsets of the line of an element of a list in block style, with
// its end. It is not alone if something else stands there but a comment.
func (f *file) elementLine(e element) (start, end int, alone bool) {
	line := f.position(e.start).Line
	start, end = f.lines[line-1], len(f.data)
	if line < len(f.lines) {
		end = f.lines[line]
	}
	before := strings.TrimSpace(string(f.data[start:e.start]))
	after := strings.TrimSpace(string(f.data[e.end:end]))
	return start, end, before == "-" && (after == "" || strings.HasPrefix(after, "#"))
}

// finish makes the changes, and sorts all.
func (r *raiser) finish() {
	for f, edits := range r.edits {
		slices.SortFunc(edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
		var content []byte
		last := 0
		for _, e := range edits {
			content = append(content, f.data[last:e.start]...)
			content = append(content, e.text...)
			last = e.end
		}
		content = append(content, f.data[last:]...)
		r.plan.Changes = append(r.plan.Changes, align.Change{File: f.name, Old: f.data, New: content})
	}
	slices.SortFunc(r.plan.Changes, func(a, b align.Change) int { return strings.Compare(a.File, b.File) })
	slices.SortFunc(r.plan.Raised, func(a, b Raised) int { return comparePins(a.Pin, b.Pin) })
	slices.SortFunc(r.plan.Left, func(a, b Left) int { return comparePins(a.Pin, b.Pin) })
}

func comparePins(a, b Pin) int {
	return cmp.Or(strings.Compare(a.Filename, b.Filename), cmp.Compare(a.Offset, b.Offset))
}

// String returns the pin with its place, for messages.
func (p Pin) String() string {
	return fmt.Sprintf("%s:%d:%d: Go %s (%s)", p.Filename, p.Line, p.Column, p.Version, p.Kind)
}
