package cover

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// A tracedFile is a file of the head, of which it is known where its lines were.
type tracedFile struct {
	pkg  *Package
	file *File
	// was are the places of the lines at the base, by line. One without a line is that of a
	// line that is new or changed.
	was []place
}

// A place is a line of a file of the base.
type place struct {
	file *File
	line int
}

// origin returns where a statement was, if it is unchanged.
func (f *tracedFile) origin(st *statement) (place, bool) {
	first := f.was[st.line]
	last, before := st.line-1, first.line-1
	for _, line := range st.lines {
		was := f.was[line]
		if was.line == 0 || was.file != first.file {
			return place{}, false
		}
		// In what is left out between two lines, a function literal, there may be more or
		// less than there was.
		if was.line <= before || line == last+1 && was.line != before+1 {
			return place{}, false
		}
		last, before = line, was.line
	}
	return first, true
}

// trace finds out where the lines of the head's files were.
func (c *comparer) trace(renamed map[string]string) {
	byName, byPath := make(map[string]*File), make(map[string]*File)
	gone := make(map[place]bool) // where the functions of the base begin, until they are found again
	for _, p := range c.Base.Packages {
		for _, f := range p.Files {
			byName[f.Name], byPath[f.Path] = f, f
			for _, fn := range f.Functions {
				gone[place{f, fn.Line}] = true
			}
		}
	}
	for _, p := range c.Head.Packages {
		for _, f := range p.Files {
			t := &tracedFile{pkg: p, file: f}
			t.follow(cmp.Or(byName[f.Name], byPath[renamed[f.Path]]))
			for _, was := range t.was {
				delete(gone, was)
			}
			c.files = append(c.files, t)
		}
	}
	slices.SortStableFunc(c.files, func(a, b *tracedFile) int { return strings.Compare(a.file.Path, b.file.Path) })
	moved := c.traceMoved(gone)
	for _, t := range c.files {
		t.release(moved)
	}
}

// follow compares the file with what it was, or nil.
func (t *tracedFile) follow(base *File) {
	lines := splitLines(t.file.Source)
	t.was = make([]place, len(lines)+1)
	if base == nil {
		return
	}
	if bytes.Equal(base.Source, t.file.Source) {
		for line := 1; line <= len(lines); line++ {
			t.was[line] = place{base, line}
		}
		return
	}
	for i, was := range lineMap(splitLines(base.Source), lines) {
		if was >= 0 {
			t.was[i+1] = place{base, was + 1}
		}
	}
}

// A movable is a function of the base that is not any more where it was.
type movable struct {
	pkg *Package
	at  place
}

// traceMoved finds functions that moved as they are, to another place in the file, to
// another file or to another package. Gone are the places that they may be from. It returns
// the functions of the base that were found, with those of the head.
func (c *comparer) traceMoved(gone map[place]bool) map[*Function]*Function {
	moved := make(map[*Function]*Function)
	if len(gone) == 0 {
		return moved
	}
	byText := make(map[string][]movable)
	for _, p := range c.Base.Packages {
		for _, f := range p.Files {
			lines := splitLines(f.Source)
			for _, fn := range f.Functions {
				if at := (place{f, fn.Line}); gone[at] {
					text := fn.text(lines)
					byText[text] = append(byText[text], movable{p, at})
				}
			}
		}
	}
	for _, t := range c.files {
		lines := splitLines(t.file.Source)
		for i := range t.file.Functions {
			fn := &t.file.Functions[i]
			if t.was[fn.Line].line > 0 {
				continue
			}
			was, ok := provenance(byText[fn.text(lines)], t.pkg)
			if !ok {
				continue
			}
			moved[was.file.function(was.line)] = fn
			for line := fn.Line; line <= fn.EndLine; line++ {
				t.was[line] = place{was.file, was.line + line - fn.Line}
			}
		}
	}
	return moved
}

// release takes for new the lines of functions that are like lines of another function and no
// more: error handling is the same everywhere. That is so where the other function moved, or
// has another name and less than half in common.
func (t *tracedFile) release(moved map[*Function]*Function) {
	for i := range t.file.Functions {
		fn := &t.file.Functions[i]
		common := make(map[*Function]int)
		for _, was := range t.was[fn.Line : fn.EndLine+1] {
			if was.line > 0 {
				common[was.file.function(was.line)]++
			}
		}
		for line := fn.Line; line <= fn.EndLine; line++ {
			was := t.was[line]
			if was.line == 0 {
				continue
			}
			old := was.file.function(was.line)
			if is, ok := moved[old]; ok && is != fn || old == nil || old.Name != fn.Name && common[old] <= max(old.lines(), fn.lines())/2 {
				t.was[line] = place{}
			}
		}
	}
}

func (fn *Function) lines() int { return fn.EndLine - fn.Line + 1 }

// text returns the function's own lines.
func (fn *Function) text(lines []string) string {
	return strings.Join(lines[fn.Line-1:fn.EndLine], "\n")
}

// provenance returns where a function was that has the text of the candidates: in the same
// package, or in the only one that lost such a function.
func provenance(candidates []movable, p *Package) (place, bool) {
	for _, m := range candidates {
		if m.pkg.ImportPath == p.ImportPath {
			return m.at, true
		}
	}
	if len(candidates) == 1 {
		return candidates[0].at, true
	}
	return place{}, false
}
