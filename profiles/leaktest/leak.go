package leaktest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gomend/gomend/profiles/goroutine"
)

// addLeak adds goroutines to leaks. What waits for a test in package testing waits
// for one that leaked, and is no more than its shadow.
func addLeak(leaks []Leak, s sighting) []Leak {
	g := s.goroutine
	blocked, ok := g.Blocked()
	if ok && blocked.Package() == "testing" {
		return leaks
	}
	i := slices.IndexFunc(leaks, func(l Leak) bool {
		return l.Start == g.Created && l.State == g.State && l.Blocked() == blocked
	})
	if i < 0 {
		i = len(leaks)
		leaks = append(leaks, Leak{Start: g.Created, State: g.State, Stack: g.Stack})
	}
	l := &leaks[i]
	l.Count += s.count
	if s.test == "" {
		return leaks
	}
	at, found := slices.BinarySearchFunc(l.Tests, s.test, func(t Test, name string) int { return strings.Compare(t.Name, name) })
	if !found {
		l.Tests = slices.Insert(l.Tests, at, Test{Name: s.test})
	}
	l.Tests[at].Count += s.count
	return leaks
}

// Blocked returns where the goroutines are, but for the runtime and package sync, or
// the zero Frame.
func (l *Leak) Blocked() goroutine.Frame {
	f, _ := (&goroutine.Goroutine{Stack: l.Stack}).Blocked()
	return f
}

func compareLeaks(a, b Leak) int {
	return cmp.Or(compareFrames(a.Start, b.Start), slices.CompareFunc(a.Stack, b.Stack, compareFrames), strings.Compare(a.State, b.State))
}

func compareFrames(a, b goroutine.Frame) int {
	return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Func, b.Func))
}
