package cryptostd

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"
)

// pbkdf2Key turns a use of golang.org/x/crypto/pbkdf2, which has the function Key alone, into
// one of crypto/pbkdf2. That takes the hash first and the password as a string, and returns
// an error.
func pbkdf2Key(d *derivation, use inspector.Cursor) ([]analysis.TextEdit, string) {
	call, reason := d.called(use, 5)
	if reason != "" {
		return nil, reason
	}
	x := call.Node().(*ast.CallExpr)
	password, salt, iter, keyLen, h := x.Args[0], x.Args[1], x.Args[2], x.Args[3], x.Args[4]
	if d.acting(x.Args...) > 1 {
		return nil, "several of its arguments are calls, whose order would change"
	}
	if d.pass.TypesInfo.Types[h].IsNil() {
		return nil, "it is given no hash"
	}
	text := d.text(x.Fun) + "(" + d.text(h) + ", " + d.asString(password) + ", " + d.text(salt) + ", " + d.text(iter) + ", " + d.text(keyLen) + ")"
	return d.returnsError(call, text)
}
