package buildtags

import (
	"fmt"
	"go/build/constraint"
	"go/version"
	"regexp"
	"slices"
)

// releaseTag is the form of the tags that are true from a Go release on.
var releaseTag = regexp.MustCompile(`^go1\.[1-9][0-9]*$`)

// implied reports whether a tag is true of every toolchain that builds a module of a go
// line, such as "go1.22".
func implied(tag, goLine string) bool {
	return releaseTag.MatchString(tag) && version.Compare(tag, version.Lang(goLine)) <= 0
}

// truth is what is known of a constraint.
type truth int

const (
	depends truth = iota // on tags that are not implied
	always
	never
)

// simplify returns a constraint without the tags that the go line implies, or that it is
// always or never met.
func simplify(x constraint.Expr, goLine string) (constraint.Expr, truth) {
	switch x := x.(type) {
	case *constraint.TagExpr:
		if implied(x.Tag, goLine) {
			return nil, always
		}
		return x, depends
	case *constraint.NotExpr:
		switch inner, known := simplify(x.X, goLine); known {
		case always:
			return nil, never
		case never:
			return nil, always
		default:
			return &constraint.NotExpr{X: inner}, depends
		}
	case *constraint.AndExpr:
		a, knownA := simplify(x.X, goLine)
		b, knownB := simplify(x.Y, goLine)
		switch {
		case knownA == never || knownB == never:
			return nil, never
		case knownA == always:
			return b, knownB
		case knownB == always:
			return a, knownA
		}
		return &constraint.AndExpr{X: a, Y: b}, depends
	case *constraint.OrExpr:
		a, knownA := simplify(x.X, goLine)
		b, knownB := simplify(x.Y, goLine)
		switch {
		case knownA == always || knownB == always:
			return nil, always
		case knownA == never:
			return b, knownB
		case knownB == never:
			return a, knownA
		}
		return &constraint.OrExpr{X: a, Y: b}, depends
	}
	return x, depends
}

// maxTags bounds the tags for which equivalence is proven by trying all sets of them.
const maxTags = 16

// equivalent reports whether two constraints, either of which may be nil for none, are met
// by the same sets of tags, given those that the go line implies.
func equivalent(a, b constraint.Expr, goLine string) bool {
	var tags []string
	for _, x := range []constraint.Expr{a, b} {
		if x != nil {
			tags = append(tags, tagsOf(x)...)
		}
	}
	slices.Sort(tags)
	tags = slices.Compact(tags)
	tags = slices.DeleteFunc(tags, func(tag string) bool { return implied(tag, goLine) })
	if len(tags) > maxTags {
		return a != nil && b != nil && fmt.Sprint(a) == fmt.Sprint(b)
	}
	for set := range 1 << len(tags) {
		holds := func(tag string) bool {
			i := slices.Index(tags, tag)
			return i < 0 || set&(1<<i) != 0
		}
		if met(a, holds) != met(b, holds) {
			return false
		}
	}
	return true
}

// met reports whether a constraint, or none, is met.
func met(x constraint.Expr, holds func(string) bool) bool {
	return x == nil || x.Eval(holds)
}

// tagsOf returns the tags that a constraint names.
func tagsOf(x constraint.Expr) []string {
	switch x := x.(type) {
	case *constraint.TagExpr:
		return []string{x.Tag}
	case *constraint.NotExpr:
		return tagsOf(x.X)
	case *constraint.AndExpr:
		return append(tagsOf(x.X), tagsOf(x.Y)...)
	case *constraint.OrExpr:
		return append(tagsOf(x.X), tagsOf(x.Y)...)
	}
	return nil
}

// language returns the Go version in which the compiler compiles a file under a //go:build
// constraint, which may be nil, in a module of a go line.
func language(x constraint.Expr, goLine string) string {
	if x == nil {
		return goLine
	}
	demanded := constraint.GoVersion(x)
	switch {
	case demanded == "":
		return goLine
	case version.Compare(demanded, "go1.21") < 0:
		return "go1.21"
	}
	return demanded
}

// newLoops reports whether each turn of a loop has variables of its own in a Go version.
func newLoops(v string) bool { return version.Compare(v, "go1.22") >= 0 }
