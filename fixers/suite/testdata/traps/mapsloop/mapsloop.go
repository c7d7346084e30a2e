// Package mapsloop has loops that copy maps, and something else at it.
package mapsloop

import (
	"fmt"
	"iter"
)

var Traps = map[string]func() string{
	"the map is a call":               call,
	"nil pointer and nothing to copy": nilPointer,
	"index out of range":              outOfRange,
	"iterator that reads the map":     iteratorReads,
	"iterator that replaces the map":  iteratorReplaces,
	"size is a call":                  sizeCall,
	"collected into a new map":        collected,
	"nil source":                      nilSource,
	"adding (#70815)":                 adding,
	"the map itself":                  itself,
	"the source replaces the map":     sourceReplaces,
}

func call() string {
	n := 0
	m := map[int]int{}
	get := func() map[int]int { n++; return m }
	for k, v := range map[int]int{1: 1, 2: 2} {
		get()[k] = v
	}
	return fmt.Sprint(n)
}

type box struct{ m map[int]int }

func nilPointer() string {
	var b *box
	for k, v := range map[int]int(nil) {
		b.m[k] = v
	}
	return "fine"
}

func outOfRange() string {
	var all []map[int]int
	for k, v := range map[int]int(nil) {
		all[0][k] = v
	}
	return "fine"
}

func iteratorReads() string {
	m := map[int]int{7: 7}
	var seq iter.Seq2[int, int] = func(yield func(int, int) bool) { yield(1, len(m)) }
	m = make(map[int]int)
	for k, v := range seq {
		m[k] = v
	}
	return fmt.Sprint(m)
}

func iteratorReplaces() string {
	m := map[int]int{7: 7}
	var seq iter.Seq2[int, int] = func(yield func(int, int) bool) {
		m = map[int]int{}
		yield(1, 1)
	}
	for k, v := range seq {
		m[k] = v
	}
	return fmt.Sprint(m)
}

func sizeCall() string {
	n := 0
	size := func() int { n++; return n }
	_ = size
	var seq iter.Seq2[int, int] = func(yield func(int, int) bool) { yield(1, 1) }
	m := make(map[int]int, size())
	for k, v := range seq {
		m[k] = v
	}
	return fmt.Sprint(m, n)
}

func collected() string {
	var seq iter.Seq2[int, int] = func(yield func(int, int) bool) {}
	m := make(map[int]int)
	for k, v := range seq {
		m[k] = v
	}
	return fmt.Sprint(m == nil)
}

func nilSource() string {
	var from map[int]int
	m := make(map[int]int)
	for k, v := range from {
		m[k] = v
	}
	return fmt.Sprint(m == nil)
}

func adding() string {
	m := map[int]int{1: 1}
	for k, v := range map[int]int{1: 2} {
		m[k] += v
	}
	return fmt.Sprint(m)
}

func itself() string {
	m := map[int]int{1: 1}
	for k, v := range m {
		m[k] = v
	}
	return fmt.Sprint(m)
}

func sourceReplaces() string {
	m := map[int]int{7: 7}
	from := func() map[int]int {
		m = map[int]int{8: 8}
		return map[int]int{1: 1}
	}
	for k, v := range from() {
		m[k] = v
	}
	return fmt.Sprint(m)
}
