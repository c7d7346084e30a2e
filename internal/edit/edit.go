// Package edit merges text edits of several fixes, checks them, and shows what they
// come to: as contents, as a unified diff, or as an overlay for the go command. It
// writes nothing but overlays, to a directory of the caller's.
//
// A fix is applied as a whole or not at all, in however many files its edits are.
package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// An Edit replaces the bytes from Start up to End of a file. If Start equals End it
// inserts.
type Edit struct {
	File       string
	Start, End int
	New        string

	// Frees are import paths of which the edit may remove the last use in its
	// file. An import declaration of one of them is dropped if that happens.
	Frees []string
}

// A ConflictError says that a fix can't be applied beside one that was added before.
type ConflictError struct {
	// Edit is the edit of the fix that is refused.
	Edit Edit
	// With is the edit that it overlaps.
	With Edit
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("%s: the edit of bytes %d to %d overlaps another one, of bytes %d to %d",
		e.Edit.File, e.Edit.Start, e.Edit.End, e.With.Start, e.With.End)
}

// A RangeError says that an edit does not lie within its file: the file is not the
// one that the edit was made for.
type RangeError struct {
	Edit Edit
	Size int // of the file
}

func (e *RangeError) Error() string {
	return fmt.Sprintf("%s: the edit of bytes %d to %d does not lie within the file of %d bytes: did it change?",
		e.Edit.File, e.Edit.Start, e.Edit.End, e.Size)
}

// A Set is the edits of fixes that can be applied together.
type Set struct {
	read  func(file string) ([]byte, error)
	files map[string]*file
}

// file is a file with its edits.
type file struct {
	old   []byte
	edits []Edit // sorted by start; insertions at one place in the order of their fixes
}

// NewSet returns an empty set over files whose contents read returns, such as
// [os.ReadFile].
func NewSet(read func(file string) ([]byte, error)) *Set {
	return &Set{read: read, files: make(map[string]*file)}
}

// Add adds the edits of a fix. Edits that the set has already count once; edits that
// touch, and insertions at the same place, go together. If one edit overlaps one of
// an earlier fix or of this one, or can't be made, the set stays as it was, and the
// error is a [*ConflictError], a [*RangeError], or that of reading the file.
func (s *Set) Add(fix ...Edit) error {
	staged := make(map[string]*file)
	for _, e := range fix {
		f, err := s.stage(staged, e.File)
		if err != nil {
			return err
		}
		if e.Start < 0 || e.Start > e.End || e.End > len(f.old) {
			return &RangeError{Edit: e, Size: len(f.old)}
		}
		if err := f.add(e); err != nil {
			return err
		}
	}
	for name, f := range staged {
		s.files[name] = f
	}
	return nil
}

// stage returns a copy of the named file to try edits on.
func (s *Set) stage(staged map[string]*file, name string) (*file, error) {
	if f := staged[name]; f != nil {
		return f, nil
	}
	if f := s.files[name]; f != nil {
		staged[name] = &file{old: f.old, edits: slices.Clone(f.edits)}
		return staged[name], nil
	}
	old, err := s.read(name)
	if err != nil {
		return nil, err
	}
	staged[name] = &file{old: old}
	return staged[name], nil
}

// add inserts an edit in its place.
func (f *file) add(e Edit) error {
	for i, other := range f.edits {
		if e.Start == other.Start && e.End == other.End && e.New == other.New {
			f.edits[i].Frees = union(other.Frees, e.Frees)
			return nil
		}
		if overlap(e, other) {
			return &ConflictError{Edit: e, With: other}
		}
	}
	place := slices.IndexFunc(f.edits, func(other Edit) bool {
		return other.Start > e.Start || other.Start == e.Start && other.End > e.End
	})
	if place < 0 {
		place = len(f.edits)
	}
	f.edits = slices.Insert(f.edits, place, e)
	return nil
}

// overlap reports whether two edits replace common bytes, or one inserts within
// what the other replaces.
func overlap(a, b Edit) bool {
	if a.Start == a.End && b.Start == b.End {
		return false
	}
	return a.Start < b.End && b.Start < a.End
}

// union returns the paths of both, sorted.
func union(a, b []string) []string {
	all := append(slices.Clone(a), b...)
	slices.Sort(all)
	return slices.Compact(all)
}

// Files returns the names of the files with edits, sorted.
func (s *Set) Files() []string {
	var names []string
	for name := range s.files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Diff returns a unified diff of the file's content and what the edits make of it,
// under the given name. It is empty if that is the same.
func (s *Set) Diff(file, name string) (string, error) {
	content, err := s.Content(file)
	if err != nil {
		return "", err
	}
	return udiff.Unified("a/"+name, "b/"+name, string(s.files[file].old), string(content)), nil
}

// Content returns what the edits make of the file. A Go file that was formatted as
// gofmt does is formatted so again; the error tells that it is not Go any more.
func (s *Set) Content(name string) ([]byte, error) {
	f, ok := s.files[name]
	if !ok {
		return s.read(name)
	}
	plain := make([]udiff.Edit, len(f.edits))
	var frees []string
	for i, e := range f.edits {
		plain[i] = udiff.Edit{Start: e.Start, End: e.End, New: e.New}
		frees = union(frees, e.Frees)
	}
	content, err := udiff.ApplyBytes(f.old, plain)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if !strings.HasSuffix(name, ".go") {
		return content, nil
	}
	return finishGo(name, f.old, content, frees)
}
