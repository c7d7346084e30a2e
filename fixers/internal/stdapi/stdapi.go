// Package stdapi knows which Go version brought a member of the standard library.
package stdapi

import (
	_ "embed"
	"fmt"
	"go/types"
	"go/version"
	"strconv"
	"strings"
	"sync"
)

//go:generate go run ./gen

//go:embed since.txt
var text string

// table returns the minor versions, by path, a space, and the member.
var table = sync.OnceValue(func() map[string]int {
	t := make(map[string]int)
	for line := range strings.Lines(text) {
		i := strings.LastIndexByte(line, ' ')
		if minor, err := strconv.Atoi(strings.TrimSpace(line[i+1:])); err == nil {
			t[line[:i]] = minor
		}
	}
	return t
})

// Since returns the Go version, such as "go1.16", that brought an exported member of the
// standard library: something at package level, a method or a field. It returns "" if the
// member has been there since Go 1.0, or is none of the standard library's.
func Since(obj types.Object) string {
	if obj == nil || obj.Pkg() == nil || !obj.Exported() {
		return ""
	}
	name := obj.Name()
	if f, ok := obj.(*types.Func); ok {
		if recv := f.Signature().Recv(); recv != nil {
			name = typeName(recv.Type()) + "." + name
		}
	} else if obj.Parent() != obj.Pkg().Scope() {
		return "" // a field: that of which struct is not known
	}
	minor, ok := table()[obj.Pkg().Path()+" "+name]
	if !ok || minor <= 1 {
		return ""
	}
	return fmt.Sprintf("go1.%d", minor)
}

// typeName returns the name of the type of a receiver.
func typeName(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

// TooNew reports whether a member of the standard library is not there yet in a version of
// Go, and since when it is.
func TooNew(obj types.Object, goVersion string) (since string, tooNew bool) {
	since = Since(obj)
	return since, since != "" && version.Compare(version.Lang(goVersion), since) < 0
}
