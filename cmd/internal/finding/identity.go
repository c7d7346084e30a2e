package finding

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/scanner"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/mod/module"
)

// Identify gives every finding its fingerprint. It is the same in two revisions
// of the code if these are: the rule and kind, the package, the enclosing
// declaration, the message, the source line, and which of several equals it is
// in file order.
//
// What changes without the defect changing is left out: file names and line
// numbers, so that a function keeps its findings when it moves within its
// package; the major version in the module's path; the number of a closure
// within its function; type parameters; numbers, positions and file names in the
// message; comments and spacing of the source line.
//
// The order of fs does not matter. All findings of a package must be in fs, or
// the equals among them are miscounted; other packages may be missing.
func Identify(fs []Finding) {
	byPlace := make([]*Finding, len(fs))
	for i := range fs {
		byPlace[i] = &fs[i]
	}
	slices.SortStableFunc(byPlace, order)
	seen := make(map[string]int)
	for _, f := range byPlace {
		digest := identity(f)
		seen[digest]++
		f.Fingerprint = digest
		if n := seen[digest]; n > 1 {
			f.Fingerprint = fmt.Sprintf("%s.%d", digest, n)
		}
	}
}

// Kin returns what the fingerprints of equal findings have in common: the
// fingerprint without the number that tells equals apart.
func Kin(fingerprint string) string {
	kin, _, _ := strings.Cut(fingerprint, ".")
	return kin
}

func identity(f *Finding) string {
	return digest(f.Rule, f.Kind, packageKey(f), symbolKey(f.Symbol), messageKey(f.Message), lineKey(f.LineText))
}

// digest returns 64 bits of a hash of the parts: few enough to type, and with
// a million findings the chance that two collide is below one in ten million.
func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// packageKey returns the package's import path without the major version of
// its module: going to v2 mends nothing and breaks nothing.
func packageKey(f *Finding) string {
	rest, ok := strings.CutPrefix(f.Package, f.Module)
	if f.Module == "" || !ok {
		return f.Package
	}
	prefix, _, ok := module.SplitPathVersion(f.Module)
	if !ok {
		return f.Package
	}
	return prefix + rest
}

// symbolKey returns the name of a declaration without type parameters and
// without the closures in it, whose numbers shift when one is added above.
func symbolKey(symbol string) string {
	var b strings.Builder
	depth := 0
	for _, r := range symbol {
		switch {
		case r == '[':
			depth++
		case r == ']':
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	name := b.String()
	for i := range name {
		if rest, ok := strings.CutPrefix(name[i:], ".func"); ok && rest != "" && isDigit(rest[0]) {
			return name[:i]
		}
	}
	return name
}

// lineKey returns the tokens of a source line: neither gofmt nor a comment
// changes what it says.
func lineKey(line string) string {
	src := []byte(line)
	fset := token.NewFileSet()
	var s scanner.Scanner
	// A line cut from its file need not scan without error; what matters is
	// that the same line always gives the same tokens.
	s.Init(fset.AddFile("", -1, len(src)), src, func(token.Position, string) {}, 0)
	var tokens []string
	for {
		_, tok, lit := s.Scan()
		switch {
		case tok == token.EOF:
			return strings.Join(tokens, " ")
		case tok == token.SEMICOLON && lit == "\n":
		case lit != "":
			tokens = append(tokens, lit)
		default:
			tokens = append(tokens, tok.String())
		}
	}
}
