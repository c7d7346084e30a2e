package affected

import (
	"go/scanner"
	"go/token"
	"slices"
	"strings"
)

// sameCode reports whether two Go files are the same but for the text of comments:
// the compiler makes the same of them. Each token must stand where it stood, since
// archives tell lines and columns. Comments that mean something to the compiler or
// the go command count, and so do all of a file with cgo. A file that does not scan is
// like no other.
func sameCode(a, b []byte) bool {
	x, ok := code(a)
	if !ok {
		return false
	}
	y, ok := code(b)
	return ok && slices.Equal(x, y)
}

// A codeToken is a token of a Go file, or a comment that means something.
type codeToken struct {
	line, column int
	token        token.Token
	literal      string
}

func code(src []byte) ([]codeToken, bool) {
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(src))
	var s scanner.Scanner
	s.Init(file, src, nil, scanner.ScanComments)
	var tokens []codeToken
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return tokens, s.ErrorCount == 0
		}
		switch {
		case tok == token.COMMENT && !directive(lit):
			continue
		case tok == token.SEMICOLON:
			lit = "" // at the end of a line, a comment moves it
			pos = token.NoPos
		case tok == token.STRING && lit == `"C"`:
			return nil, false // of its comments one may be C
		}
		var at token.Position
		if pos.IsValid() {
			at = file.PositionFor(pos, false)
		}
		tokens = append(tokens, codeToken{at.Line, at.Column, tok, lit})
	}
}

// directive reports whether a comment means something to the compiler or the go
// command (go doc cmd/compile, "Compiler Directives"; go help buildconstraint).
func directive(comment string) bool {
	for _, prefix := range []string{"//go:", "//line ", "/*line ", "//export ", "//extern ", "// +build", "//+build"} {
		if strings.HasPrefix(comment, prefix) {
			return true
		}
	}
	return false
}
