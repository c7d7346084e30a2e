// Package inline has functions that do not mean the same in the place of their calls. It
// imports nothing, as what it imports would have to be analysed too.
package inline

var Traps = map[string]func() string{
	"type of a constant":            constant,
	"order of arguments":            order,
	"argument used twice":           twice,
	"argument not used":             unused,
	"parameter changed":             changed,
	"name that is another one here": shadowed,
	"nil of an interface":           nilInterface,
	"receiver":                      receiver,
	"result of another type":        result,
	"variadic":                      variadicCall,
	"short circuit":                 shortCircuit,
	"constant of the same name":     constantName,
	"captured":                      capturedLater,
	"address of a parameter":        address,
	"argument that panics":          panics,
	"global that an argument sets":  globalSet,
	"element that an argument sets": elementSet,
	"called twice":                  methodValue,
	"nil receiver":                  nilReceiver,
	"deferred":                      deferred,
}

var log string

func note(s string) string { log += s; return s }

func typeOf(v any) string {
	switch v.(type) {
	case int:
		return "int"
	case int64:
		return "int64"
	case myError:
		return "myError"
	case nil:
		return "nil"
	case interface{ Error() string }:
		return "error"
	}
	return "?"
}

//go:fix inline
func wrap(n int64) string { return typeOf(n) }

func constant() string { return wrap(3) }

//go:fix inline
func swapped(a, b string) string { return join(b, a) }

func join(a, b string) string { return a + b }

func order() string {
	log = ""
	return swapped(note("a"), note("b")) + log
}

//go:fix inline
func doubled(a string) string { return join(a, a) }

func twice() string {
	log = ""
	return doubled(note("a")) + log
}

//go:fix inline
func second(a, b string) string { return join(b, "") }

func unused() string {
	log = ""
	return second(note("a"), note("b")) + log
}

//go:fix inline
func grown(a string) string { a += "!"; return a }

func changed() string {
	s := "a"
	return grown(s) + s
}

var name = "global"

//go:fix inline
func global() string { return join(name, "") }

func shadowed() string {
	name := "local"
	return global() + name
}

type myError struct{}

func (myError) Error() string { return "mine" }

//go:fix inline
func asAny(err *myError) any { return err }

func nilInterface() string {
	if asAny(nil) == nil {
		return "nil"
	}
	return "not nil"
}

type counter struct{ n int }

//go:fix inline
func (c counter) next() int { return plus(c.n, 1) }

func plus(a, b int) int { return a + b }

func receiver() string {
	p := &counter{1}
	f := func() *counter { log += "f"; return p }
	log = ""
	n := f().next()
	return log + digit(n)
}

func digit(n int) string { return string(rune('0' + n)) }

//go:fix inline
func mine() interface{ Error() string } { return newError() }

func newError() myError { return myError{} }

func result() string {
	err := mine()
	p := &err
	return typeOf(*p) + typeOfPointer(p)
}

func typeOfPointer(v any) string {
	switch v.(type) {
	case *interface{ Error() string }:
		return " interface"
	case *myError:
		return " struct"
	}
	return "?"
}

//go:fix inline
func count(all ...string) int { return length(all) }

func length(all []string) int { return len(all) }

func variadicCall() string { return digit(count("a", "b")) + digit(count()) }

//go:fix inline
func both(a, b bool) bool { return a && b }

func yes(s string) bool { log += s; return false }

func shortCircuit() string {
	log = ""
	_ = both(yes("a"), yes("b"))
	return log
}

//go:fix inline
const old = young

const young = 1

func constantName() string {
	const young = 2
	return digit(old) + digit(young)
}

//go:fix inline
func say(s string) { note(s) }

func deferred() string {
	log = ""
	func() {
		s := "a"
		defer say(s)
		s = "b"
		say(s)
	}()
	return log
}

//go:fix inline
func lazy(s string) func() string { return func() string { return s } }

func capturedLater() string {
	s := "a"
	f := lazy(s)
	s = "b"
	return f() + s
}

//go:fix inline
func pointer(n int) *int { return &n }

func address() string {
	n := 1
	p := pointer(n)
	n = 2
	return digit(*p) + digit(n)
}

func panics() (out string) {
	defer func() {
		if recover() != nil {
			out = "panic"
		}
	}()
	var all []string
	return second(all[0], "b")
}

var level = 1

//go:fix inline
func above(n int) int { return level + n }

func raise() int { level = 5; return 1 }

func globalSet() string {
	level = 1
	return digit(above(raise()))
}

//go:fix inline
func sumOf(all []int, n int) int { return all[0] + n }

func elementSet() string {
	all := []int{1}
	set := func() int { all = []int{5}; return 1 }
	return digit(sumOf(all, set()))
}

//go:fix inline
func hold(c *counter) func() int { return c.next }

func methodValue() string {
	c := &counter{1}
	f := hold(c)
	c.n = 5
	return digit(f())
}

type list struct{ next *list }

//go:fix inline
func (l *list) isEnd() bool { return l == nil || isNil(l.next) }

func isNil(l *list) bool { return l == nil }

func nilReceiver() string {
	var l *list
	if l.isEnd() {
		return "end"
	}
	return "more"
}
