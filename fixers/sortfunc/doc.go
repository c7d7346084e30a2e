// Package sortfunc sorts slices of structs by slices.SortFunc.
//
// sort.Slice swaps elements by reflection and takes a function that is told indices, so that
// it has to name the slice once more. slices.SortFunc and SortStableFunc are generic and
// compare elements (https://go.dev/doc/go1.21#slices). They are a little faster, and the
// function can be used for other slices.
//
// # Before
//
//	type user struct {
//		name   string
//		logins int
//		seen   time.Time
//	}
//
//	func byLogins(users []user) {
//		sort.Slice(users, func(i, j int) bool {
//			if users[i].logins != users[j].logins {
//				return users[i].logins > users[j].logins
//			}
//			return users[i].name < users[j].name
//		})
//	}
//
//	func bySeen(users []*user) {
//		sort.SliceStable(users, func(i, j int) bool { return users[i].seen.Before(users[j].seen) })
//	}
//
// # After
//
//	type user struct {
//		name   string
//		logins int
//		seen   time.Time
//	}
//
//	func byLogins(users []user) {
//		slices.SortFunc(users, func(a, b user) int {
//			if a.logins != b.logins {
//				return cmp.Compare(b.logins, a.logins)
//			}
//			return cmp.Compare(a.name, b.name)
//		})
//	}
//
//	func bySeen(users []*user) {
//		slices.SortStableFunc(users, func(a, b *user) int { return a.seen.Compare(b.seen) })
//	}
//
// # Precondition
//
// slice and stable: the slice is a variable, or a field of one, and the function a literal
// that uses its indices only to read the two elements of this slice: it takes no address of
// them and sets nothing in them. Each of its return statements compares the same of both by
// < or > where that is of integers or strings, by Before or After of times, or by a Compare
// that is less than 0. The elements hold no locks, and their type can be named in the file.
//
// The result is the same, equal elements included: a stable sort has but one, and the code of
// sort.Slice and of slices.SortFunc is generated from one template in every release from Go
// 1.21 on, so that both compare and swap the same elements in the same order. A test of this
// fixer compares them with the toolchain at hand.
//
// float, a suggestion: as above, with floating-point numbers. No number is less than NaN by
// <, so that sort.Slice leaves slices with NaN in some order or other. cmp.Compare has NaN
// before all numbers.
//
// What x/tools' slicessort does is left to it: elements that are compared themselves.
//
// # What is left
//
// large: elements of more than 128 bytes. slices.SortFunc copies two of them for each
// comparison, which made it slower than sort.Slice at 256 bytes, and several times at 512.
package sortfunc
