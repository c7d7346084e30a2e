package symbol_test

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/gomend/gomend/cmd/internal/symbol"
)

// Each HERE is looked up; its symbol stands behind it.
const src = `package p

import "fmt" // HERE()

type T struct { // HERE(T)
	f func() // HERE(T)
}

type (
	U[K any] struct{}
	V int // HERE(V)
)

func F() {
	print() // HERE(F)
	go func() {
		defer func() {}()
		func() {
			print() // HERE(F.func1.func2)
		}()
		print() // HERE(F.func1)
	}()
	func() {
		print() // HERE(F.func2)
	}()
}

func (t T) Value() {
	print() // HERE(T.Value)
}

func (*T) Pointer() {
	print() // HERE((*T).Pointer)
}

func (u *U[K]) Generic() {
	func() {
		print() // HERE((*U).Generic.func1)
	}()
}

func (U[_]) Blank() {
	print() // HERE(U.Blank)
}

var x, y = 1, func() {
	print() // HERE(y.func1)
}

var z = []func(){
	func() {}, func() {
		print() // HERE(z.func2)
	},
}

const c = 1 // HERE()
`

func TestAround(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	offset := 0
	for line := range strings.Lines(src) {
		if code, want, ok := strings.Cut(line, " // HERE("); ok {
			want = strings.TrimSuffix(strings.TrimSpace(want), ")")
			at := offset + len(code) - len(strings.TrimLeft(code, "\t"))
			if strings.HasPrefix(code, "const") {
				at = offset + len(code) + 1 // behind the declaration
			}
			pos := fset.File(file.FileStart).Pos(at)
			if got := symbol.Around(file, pos); got != want {
				t.Errorf("%s: symbol %q, want %q", fset.Position(pos), got, want)
			}
			n++
		}
		offset += len(line)
	}
	if want := strings.Count(src, "HERE("); n != want {
		t.Errorf("%d places were looked up, there are %d", n, want)
	}
}
