// Package fix says what a codemod is beyond its [analysis.Analyzer]: from which Go
// version on it applies, the kinds of rewrite that it knows, and how far each may be
// trusted.
//
// A codemod reports each place that it knows of, under the short name of a kind in
// Diagnostic.Category. Where it rewrites, the diagnostic has one suggested fix. Where it
// does not dare to, the kind's tier is Left, and the message says why the code stays.
package fix

import (
	"fmt"
	"go/ast"
	"go/version"

	"golang.org/x/tools/go/analysis"
)

// A Fixer is a codemod with what its users need to know about it.
type Fixer struct {
	// Analyzer finds the code and suggests what to make of it. Its name is the fixer's
	// name.
	Analyzer *analysis.Analyzer

	// Title says in a few words what is done, such as "ioutil's functions by their new
	// names", without a final period.
	Title string

	// Since is the oldest Go version for which the fixer does anything, as in "go1.16".
	Since string

	// Kinds are the rewrites, each under a different name.
	Kinds []Kind

	// Origin is where a team's own recipe is written; it is empty for a codemod in Go.
	Origin string
}

// Name returns the fixer's name, which is its analyzer's.
func (f *Fixer) Name() string { return f.Analyzer.Name }

// Kind returns the fixer's kind of the given short name. A kind without a name stands for
// all that have no row of their own.
func (f *Fixer) Kind(name string) (Kind, bool) {
	for _, wanted := range []string{name, ""} {
		for _, k := range f.Kinds {
			if k.Name == wanted {
				return k, true
			}
		}
	}
	return Kind{}, false
}

// A Kind is one rewrite of a fixer.
type Kind struct {
	// Name is the kind's short name, the Category of its diagnostics, such as "readdir".
	// With the fixer it is written "ioutil/readdir".
	Name string

	// Summary says in one sentence what becomes of what.
	Summary string

	// Since is the oldest Go version of a file in which the rewrite is made, where it
	// is not the fixer's.
	Since string

	// Tier is how far the rewrite may be trusted.
	Tier Tier

	// Precondition is what was proven before a rewrite of the tier Proven, or what a
	// reader of a Suggestion has to look at, in one sentence.
	Precondition string
}

// Tier is how far a rewrite may be trusted.
type Tier string

// The tiers.
const (
	// Safe keeps what the program does, wherever it is applied.
	Safe Tier = "safe"

	// Proven keeps what the program does under a precondition, and is made only where
	// that was proven of the code at hand.
	Proven Tier = "proven"

	// Suggestion may change what the program does, or needs a reader's taste. It is
	// made only if asked for.
	Suggestion Tier = "suggestion"

	// Left is the tier of diagnostics without a fix, that say why code stays as it is.
	Left Tier = "left"
)

// ParseTier returns the tier named s.
func ParseTier(s string) (Tier, error) {
	switch t := Tier(s); t {
	case Safe, Proven, Suggestion, Left:
		return t, nil
	}
	return "", fmt.Errorf("unknown tier %q: use safe, proven or suggestion", s)
}

// Applies reports whether a file is compiled as Go of a version, such as "go1.16", or of a
// newer one: by the go line of its module, or by its //go:build line where that names
// another version. Where the driver does not tell, it reports false: code that is too new
// does not compile.
//
// The type checker tells no version below go1.21 of a file with a //go:build line, and
// compiles such files as go1.21.
func Applies(pass *analysis.Pass, file *ast.File, since string) bool {
	v := pass.TypesInfo.FileVersions[file]
	if !version.IsValid(v) {
		v = pass.Pkg.GoVersion()
	}
	return version.IsValid(v) && version.Compare(version.Lang(v), version.Lang(since)) >= 0
}
