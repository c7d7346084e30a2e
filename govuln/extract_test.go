package govuln

import (
	"bytes"
	"strings"
	"testing"

	"github.com/gomend/gomend/govuln/osv"
)

// extractedExample is what govulncheck writes of a small program.
const extractedExample = `{"name":"govulncheck-extract","version":"0.1.0"}
{"Path":"example.com/a","Main":{"Path":"example.com/a","Version":"(devel)"},
"Modules":[{"Path":"example.com/dep","Version":"v1.0.0","Replace":{"Path":"example.com/fork","Version":"v1.2.0"}},null],
"PkgSymbols":[{"Pkg":"main","Name":"main"},{"Pkg":"example.com/dep","Name":"Map[go.shape.int].Get"}],
"GoVersion":"go1.26.1","GOOS":"linux","GOARCH":"amd64"}`

// A stream that ends early, wherever, is never a program without anything in it.
func TestTruncatedStream(t *testing.T) {
	whole, err := decodeExtracted(strings.NewReader(extractedExample))
	if err != nil || !whole.symbols["example.com/dep"]["Map.Get"] || !whole.symbols["example.com/a"]["main"] {
		t.Fatalf("%+v, %v", whole, err)
	}
	for n := range extractedExample {
		if _, err := decodeExtracted(strings.NewReader(extractedExample[:n])); err == nil {
			t.Fatalf("after %d bytes it is taken for whole", n)
		}
	}
}

func FuzzExtracted(f *testing.F) {
	f.Add([]byte(extractedExample))
	f.Add([]byte(`{"name":"govulncheck-extract"} {}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := decodeExtracted(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, d := range x.dependencies() {
			x.finding(&match{entry: new(osv.Entry), dependency: d})
		}
	})
}
