// Package slicessort has slices that slices.Sort sorts otherwise.
package slicessort

import (
	"fmt"
	"math"
	"sort"
)

var Traps = map[string]func() string{
	"NaN":           nan,
	"negative zero": zero,
	"strings":       stringsToo,
	"downwards":     down,
	"another slice": another,
}

func nan() string {
	s := []float64{3, math.NaN(), 1, math.NaN(), 2}
	sort.Slice(s, func(i, j int) bool { return s[i] < s[j] })
	return fmt.Sprint(s)
}

func zero() string {
	s := []float64{0, math.Copysign(0, -1), 0}
	sort.Slice(s, func(i, j int) bool { return s[i] < s[j] })
	return fmt.Sprint(s)
}

func stringsToo() string {
	s := []string{"b", "a"}
	sort.Slice(s, func(i, j int) bool { return s[i] < s[j] })
	return fmt.Sprint(s)
}

func down() string {
	s := []int{1, 2}
	sort.Slice(s, func(i, j int) bool { return s[j] < s[i] })
	return fmt.Sprint(s)
}

func another() string {
	s, t := []int{2, 1}, []int{1, 2}
	sort.Slice(s, func(i, j int) bool { return t[i] < t[j] })
	return fmt.Sprint(s)
}
