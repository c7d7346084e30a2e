package compare_test

import (
	"os"
	"testing"

	"github.com/gomend/gomend/profiles/compare"
)

// BenchmarkPair reads, folds and compares the profiles of two compilers.
func BenchmarkPair(b *testing.B) {
	base, head := compilerProfile(b, ""), compilerProfile(b, "go1.27")
	for b.Loop() {
		var runs []*compare.Run
		for _, name := range []string{base, head} {
			f, err := os.Open(name)
			if err != nil {
				b.Fatal(err)
			}
			p, err := compare.Read(f)
			f.Close()
			if err != nil {
				b.Fatal(err)
			}
			r, err := compare.Fold(name, p, &compare.Options{By: compare.Function})
			if err != nil {
				b.Fatal(err)
			}
			runs = append(runs, r)
		}
		if _, err := compare.Compare(runs[:1], runs[1:], compare.Policy{}); err != nil {
			b.Fatal(err)
		}
	}
}
