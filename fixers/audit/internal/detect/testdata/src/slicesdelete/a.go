package slicesdelete

import "slices"

func deletes(s, u []int) int {
	slices.Delete(s, 0, 1)                                        // want `the elements at the end of s`
	t := slices.DeleteFunc(s, func(n int) bool { return n == 0 }) // want `the elements at the end of s`
	println(s[0], t[0])
	u = slices.Delete(u, 0, 1)
	return len(u)
}

func last(s []int) []int {
	t := slices.Compact(s)
	return t
}

func setAgain(s []int) []int {
	t := slices.Delete(s, 0, 1)
	s = nil
	return append(s, t...)
}
