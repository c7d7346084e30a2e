// Package expstd replaces packages of golang.org/x/exp by those that the standard library
// has taken over from it.
//
// Go 1.21 has slices, maps and cmp (https://go.dev/doc/go1.21#slices), which grew in
// golang.org/x/exp. That module promises no compatibility: it changed the callbacks of
// the sort functions in July 2023, and programs that used it did not compile with newer
// dependencies. An import of it is a dependency that can go.
//
// The version of golang.org/x/exp in use tells what has to change: the types of its
// functions are looked at, not its number.
//
// # Before
//
//	import (
//		"golang.org/x/exp/constraints"
//		"golang.org/x/exp/maps"
//		"golang.org/x/exp/slices"
//	)
//
//	type user struct {
//		name string
//		age  int
//	}
//
//	func byAge(users map[string]user) []string {
//		all := maps.Values(users)
//		slices.SortFunc(all, func(a, b user) bool {
//			if a.age != b.age {
//				return a.age > b.age
//			}
//			return a.name < b.name
//		})
//		names := make([]string, 0, len(all))
//		for _, u := range all {
//			names = append(names, u.name)
//		}
//		return names
//	}
//
//	func largest[T constraints.Ordered](a, b T) T {
//		if a < b {
//			return b
//		}
//		return a
//	}
//
// # After
//
//	import (
//		"cmp"
//		"maps"
//		"slices"
//	)
//
//	type user struct {
//		name string
//		age  int
//	}
//
//	func byAge(users map[string]user) []string {
//		all := slices.Collect(maps.Values(users))
//		slices.SortFunc(all, func(a, b user) int {
//			if a.age != b.age {
//				return cmp.Compare(b.age, a.age)
//			}
//			return cmp.Compare(a.name, b.name)
//		})
//		names := make([]string, 0, len(all))
//		for _, u := range all {
//			names = append(names, u.name)
//		}
//		return names
//	}
//
//	func largest[T cmp.Ordered](a, b T) T {
//		if a < b {
//			return b
//		}
//		return a
//	}
//
// # Precondition
//
// slices and maps: none but that each use in the file has its counterpart, and that what is
// ordered are integers or strings. Both packages
// have the names of the old ones, so that a file's import is replaced with all of its
// uses or not at all. maps.Clear becomes clear.
//
// ordered: none. Both constraints allow the same types.
//
// less: until July 2023, SortFunc, SortStableFunc, IsSortedFunc, MinFunc and MaxFunc took
// a function that says whether one element is less than another. They now look at no more
// than whether the result of comparing is negative, which it is if and only if the old
// function was true: its return statements compare integers or strings, ask whether an
// int is below 0, or whether a time is before another. With floating-point numbers NaN
// would make a difference; they are left.
//
// keys, from Go 1.23 on: maps.Keys and maps.Values return iterators. Collected of an
// empty map, the slice is nil, where it was empty. The slice is only ranged over,
// indexed, measured, sorted, searched or appended. The order was random and still is.
//
// keys-nil, a suggestion: the slice is returned, stored or passed on.
//
// nan, a suggestion: Sort, IsSorted, BinarySearch, Compare, Max or Min of floating-point
// numbers or of a type parameter. NaN is less than any number to the standard library; a
// golang.org/x/exp with code of its own may have put it anywhere.
//
// tail, a suggestion: Delete, DeleteFunc, Compact, CompactFunc or Replace of a
// golang.org/x/exp that has code of its own (before 2024) leave the elements behind the
// new length as they are. From Go 1.22 on the standard library's clear them.
//
// # What is left
//
// left: a file's import of slices or maps with a use that has no counterpart: a less
// function that is named, or says it in another way; instances with explicit types; an
// iterator as a value; keys below Go 1.23; the BinarySearch of early 2022.
//
// constraints-left: constraints.Integer, Signed, Unsigned, Float and Complex.
//
// slog-left: golang.org/x/exp/slog. A logger of it is none of log/slog's, and what sets
// the default logger of one does not set that of the other: a program has to change as a
// whole, its dependencies included, and Error's arguments have changed too.
package expstd
