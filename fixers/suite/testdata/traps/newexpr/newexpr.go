// Package newexpr has calls of functions that return a pointer to what they are given.
// It imports nothing, as what it imports would have to be analysed too.
package newexpr

var Traps = map[string]func() string{
	"the receiver is a call":  receiver,
	"a shift":                 shift,
	"a comparison":            comparison,
	"another type (constant)": constant,
	"new is something else":   shadowed,
	"a copy":                  copied,
	"nil receiver":            nilReceiver,
}

func ptr[T any](v T) *T { return &v }

func int64Ptr(v int64) *int64 { return &v }

type flag bool

func flagPtr(v flag) *flag { return &v }

type maker struct{ n int }

func (m maker) ptr(v int) *int { return &v }

var calls int

func get() maker { calls++; return maker{} }

func receiver() string {
	calls = 0
	n := 1
	_ = get().ptr(n)
	return digit(calls)
}

func nilReceiver() (out string) {
	defer func() {
		if recover() != nil {
			out = "panic"
		}
	}()
	n := 1
	var m *maker
	_ = m
	_ = m.ptr(n)
	return "fine"
}

func digit(n int) string { return string(rune('0' + n)) }

func typeOf(v any) string {
	switch v.(type) {
	case *int:
		return "int"
	case *int64:
		return "int64"
	case *bool:
		return "bool"
	case *flag:
		return "flag"
	}
	return "?"
}

func shift() string {
	n := 3
	return typeOf(int64Ptr(1 << n))
}

func comparison() string {
	n := 3
	return typeOf(flagPtr(n == 3))
}

func constant() string { return typeOf(int64Ptr(3)) }

func shadowed() string {
	new := func(int) *int { return nil }
	_ = new
	n := 1
	return typeOf(ptr(n))
}

func copied() string {
	n := 1
	p := ptr(n)
	n = 2
	return digit(*p)
}
