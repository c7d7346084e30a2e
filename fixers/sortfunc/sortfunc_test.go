package sortfunc_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/sortfunc"
)

func Test(t *testing.T) { fixtest.Scripts(t, sortfunc.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, sortfunc.Fixer) }

type element struct{ key, index int }

// TestEqualElements holds the toolchain to what the tier of the kind "slice" stands on: that
// sort.Slice and slices.SortFunc leave equal elements in the same order, though neither is
// stable.
func TestEqualElements(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	patterns := map[string]func(i, keys int) int{
		"random":  func(_, keys int) int { return rnd.IntN(keys) },
		"rising":  func(i, keys int) int { return i / keys },
		"falling": func(i, keys int) int { return -i / keys },
		"saw":     func(i, keys int) int { return i * 7 % keys },
		"equal":   func(_, _ int) int { return 0 },
	}
	moved := 0
	for name, key := range patterns {
		for n := range 400 {
			length, keys := n, 1+rnd.IntN(40)
			if n%8 == 0 {
				length *= 10
			}
			one := make([]element, length)
			for i := range one {
				one[i] = element{key(i, keys), i}
			}
			other, stable := slices.Clone(one), slices.Clone(one)
			sort.Slice(one, func(i, j int) bool { return one[i].key < one[j].key })
			slices.SortFunc(other, func(a, b element) int { return cmp.Compare(a.key, b.key) })
			if !slices.Equal(one, other) {
				t.Fatalf("%s, %d elements, %d keys: sort.Slice and slices.SortFunc order equal elements differently", name, length, keys)
			}
			slices.SortStableFunc(stable, func(a, b element) int { return cmp.Compare(a.key, b.key) })
			if !slices.Equal(one, stable) {
				moved++
			}
		}
	}
	if moved == 0 {
		t.Error("no equal elements were moved, so that nothing was shown")
	}
}
