package compare

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// PackageOf returns the import path of a function, by its name in profiles: that of
// "example.com/a%2eb.(*T[...]).M.func1" is "example.com/a.b". It is "" for names that are not
// Go's.
func PackageOf(function string) string {
	path, _, _ := strings.Cut(function, "[") // type arguments have paths, too
	slash := strings.LastIndex(path, "/")
	dot := strings.Index(path[slash+1:], ".")
	if dot < 0 {
		return ""
	}
	path = path[:slash+1+dot]
	if unescaped, err := url.PathUnescape(path); err == nil {
		return unescaped
	}
	return path
}

// closureEnd matches what the compiler adds to a function's name for what stands in it: closures
// and their wrappers, loops over functions, and bound methods.
var closureEnd = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:\.(?:func|gowrap|deferwrap)?\d+|-range\d+|-fm)+$`)
})

// stableName returns a function's name without what changes as code around it does: the
// numbers of closures, and the shapes that a generic function is instantiated for. All closures
// of a function have one name.
func stableName(function string) string {
	name := withoutShapes(function)
	if last := name[max(len(name)-1, 0):]; last < "0" || last > "9" && !strings.HasSuffix(name, "-fm") {
		return name // most are no closures
	}
	if i := closureEnd().FindStringIndex(name); i != nil {
		return name[:i[0]] + ".func"
	}
	return name
}

// withoutShapes replaces type arguments by three dots, as Go prints them.
func withoutShapes(function string) string {
	if !strings.Contains(function, "[") {
		return function
	}
	var b strings.Builder
	depth := 0
	for _, r := range function {
		switch r {
		case '[':
			if depth == 0 {
				b.WriteString("[...]")
			}
			depth++
			continue
		case ']':
			depth--
			continue
		}
		if depth <= 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}
