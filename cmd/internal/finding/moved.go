package finding

import (
	"slices"
	"strings"
)

// A Change is the code of two revisions. Its zero value knows nothing of it.
type Change struct {
	// Base and Head return the content of a file, which is named as in the
	// findings of that revision.
	Base, Head func(file string) ([]byte, error)

	// Renamed holds the files of base that have another name in head.
	Renamed map[string]string
}

// A tracer tells what became of lines of code.
type tracer struct {
	change   Change
	original map[string]string // the files of head that have another name in base
	traces   map[[2]string]trace
}

// A trace is a file of base and what it became in head.
type trace struct {
	base, head *source
}

func newTracer(c Change) *tracer {
	t := &tracer{change: c, original: make(map[string]string), traces: make(map[[2]string]trace)}
	for from, to := range c.Renamed {
		t.original[to] = from
	}
	return t
}

// kept reports whether the line of b, in head, is that of a, in base, which the
// change did not touch.
func (t *tracer) kept(a, b *Finding) bool {
	if t.nameInHead(a.File) != b.File {
		return false
	}
	return t.trace(a.File, b.File).base.at(a.Line).other == b.Line
}

// tellingLines is how many lines that say something must have moved together for
// a defect in them to be the same. One or two are alike by chance.
const tellingLines = 3

// moved reports whether the code around a, in base, stands around b in head: the
// change did not touch it, or took it out there and put it in here as it was, as
// "git diff --color-moved" sees it. Where a line of it is still where it was, it
// was copied, and not moved.
//
// It is enough if a few telling lines moved, the body of a function, or its head
// with all down to the finding. Less than that is taken for another defect: better
// an old one reported as new than a new one not reported.
func (t *tracer) moved(a, b *Finding) bool {
	base := t.trace(a.File, t.nameInHead(a.File)).base
	head := t.trace(t.nameInBase(b.File), b.File).head
	together := func(i, j int) bool {
		from, to := base.at(i), head.at(j)
		if from.key != to.key || from.key == "" {
			return false
		}
		return !telling(from.key) || from.other == 0 && to.other == 0 || t.nameInHead(a.File) == b.File && from.other == j
	}
	if !together(a.Line, b.Line) || (base.at(a.Line).other == 0) != (head.at(b.Line).other == 0) {
		return false
	}
	from, to := base.declaration(a.Line), head.declaration(b.Line)
	if from.sameBody(base, to, head, together) {
		return true
	}
	count := 1
	for _, step := range []int{-1, 1} {
		for i, j := base.skip(a.Line, step), head.skip(b.Line, step); together(i, j); i, j = base.skip(i, step), head.skip(j, step) {
			if i == from.first && j == to.first && from.name == to.name {
				return true
			}
			if telling(base.at(i).key) {
				count++
			}
		}
	}
	return count >= tellingLines
}

// sameBody reports whether two functions have the same body, line by line.
func (d declaration) sameBody(in *source, other declaration, otherIn *source, same func(i, j int) bool) bool {
	i, j := in.skip(d.head, 1), otherIn.skip(other.head, 1)
	for i < d.last && j < other.last {
		if !same(i, j) {
			return false
		}
		i, j = in.skip(i, 1), otherIn.skip(j, 1)
	}
	return d.head > 0 && d.head < d.last && i == d.last && j == other.last
}

// idioms are words that stand in any code.
var idioms = []string{
	"_", "break", "case", "continue", "ctx", "default", "defer", "else", "err", "error",
	"fallthrough", "false", "for", "func", "go", "goto", "if", "nil", "ok", "range", "return", "select",
	"struct", "switch", "true", "var",
}

// telling reports whether a line has names or values of its own: "if err != nil {"
// does not.
func telling(key string) bool {
	for word := range strings.FieldsFuncSeq(key, func(r rune) bool { return !isNamePart(r) }) {
		if _, idiom := slices.BinarySearch(idioms, word); !idiom {
			return true
		}
	}
	return false
}

// nameInHead returns the name in head of a file of base, as far as renaming goes.
func (t *tracer) nameInHead(file string) string {
	if name, ok := t.change.Renamed[file]; ok {
		return name
	}
	return file
}

// nameInBase returns the name in base of a file of head. A file in whose place
// another one stood that was renamed is new: its name in base is "".
func (t *tracer) nameInBase(file string) string {
	if name, ok := t.original[file]; ok {
		return name
	}
	if _, away := t.change.Renamed[file]; away {
		return ""
	}
	return file
}

// trace compares a file of base with what it became in head. A file that is not
// there has no lines.
func (t *tracer) trace(inBase, inHead string) trace {
	key := [2]string{inBase, inHead}
	traced, ok := t.traces[key]
	if !ok {
		traced = trace{newSource(t.change.Base, inBase), newSource(t.change.Head, inHead)}
		traced.base.compare(traced.head)
		t.traces[key] = traced
	}
	return traced
}
