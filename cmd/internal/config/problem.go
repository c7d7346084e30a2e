package config

import (
	"errors"
	"slices"
	"strings"
)

// A Problem is something wrong in a configuration file.
type Problem struct {
	Pos
	Message string
}

// Error returns the position and the message.
func (p *Problem) Error() string { return p.Pos.String() + ": " + p.Message }

// Problems returns what is wrong in the configuration files according to an
// error of [Loader.Load], or nil if it failed for another reason.
func Problems(err error) []*Problem {
	var list *problems
	if errors.As(err, &list) {
		return list.all
	}
	return nil
}

// problems is the error of a file in which one or more things are wrong.
type problems struct {
	all []*Problem
}

// Error returns a line for each problem, in the order of the file.
func (ps *problems) Error() string {
	var lines []string
	for _, p := range ps.all {
		lines = append(lines, p.Error())
	}
	return strings.Join(lines, "\n")
}

// err returns the problems as an error, or nil if there are none.
func (ps *problems) err() error {
	if len(ps.all) == 0 {
		return nil
	}
	slices.SortStableFunc(ps.all, func(a, b *Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
	return ps
}

func (ps *problems) add(pos Pos, message string) {
	ps.all = append(ps.all, &Problem{pos, message})
}

// closest returns the candidate that is most like name, if one is so like it
// that it may have been meant.
func closest(name string, candidates []string) (string, bool) {
	name = strings.ToLower(name)
	best, least := "", 1+max(1, len(name)/3)
	for _, c := range candidates {
		d := distance(name, c)
		if d < least || d == least && best != "" && commonPrefix(name, c) > commonPrefix(name, best) {
			best, least = c, d
		}
	}
	return best, best != ""
}

func commonPrefix(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// distance returns the number of letters to insert, remove, replace or swap with
// the next to make b of a.
func distance(a, b string) int {
	var above, row, next []int // of the matrix of the distances of prefixes
	for j := range len(b) + 1 {
		row = append(row, j)
	}
	for i := range len(a) {
		next = append(next[:0], i+1)
		for j := range len(b) {
			replace := row[j]
			if a[i] != b[j] {
				replace++
			}
			d := min(replace, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, above[j-1]+1)
			}
			next = append(next, d)
		}
		above, row, next = row, next, above
	}
	return row[len(b)]
}

// suggestion returns what to say after an unknown name: the one that may have
// been meant, or all there are.
func suggestion(name string, known []string) string {
	if c, ok := closest(name, known); ok {
		return "did you mean " + c + "?"
	}
	if len(known) > 12 {
		return "use one of " + strings.Join(known[:12], ", ") + ", …"
	}
	return "use one of " + strings.Join(known, ", ")
}
