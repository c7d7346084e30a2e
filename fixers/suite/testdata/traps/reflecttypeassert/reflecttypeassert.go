// Package reflecttypeassert has values that are not of their type.
package reflecttypeassert

import (
	"fmt"
	"io"
	"reflect"
	"strings"
)

var Traps = map[string]func() string{
	"an interface's value":      inside,
	"a nil interface":           nilInside,
	"another interface":         other,
	"a pointer to an interface": pointer,
	"an unexported field":       unexported,
	"no value":                  none,
	"any":                       anything,
}

func inside() string {
	var v any = 1
	n, ok := reflect.ValueOf(&v).Elem().Interface().(int)
	return fmt.Sprint(n, ok)
}

func nilInside() string {
	var v error
	x, ok := reflect.ValueOf(&v).Elem().Interface().(error)
	return fmt.Sprint(x, ok)
}

func other() string {
	var v io.Reader = strings.NewReader("x")
	_, ok := reflect.ValueOf(&v).Elem().Interface().(io.ByteReader)
	return fmt.Sprint(ok)
}

func pointer() string {
	var v any = 1
	_, ok := reflect.ValueOf(&v).Interface().(*any)
	return fmt.Sprint(ok)
}

func unexported() (out string) {
	defer func() {
		if recover() != nil {
			out = "panic"
		}
	}()
	n, ok := reflect.ValueOf(struct{ n int }{1}).Field(0).Interface().(int)
	return fmt.Sprint(n, ok)
}

func none() (out string) {
	defer func() {
		if recover() != nil {
			out = "panic"
		}
	}()
	n, ok := reflect.Value{}.Interface().(int)
	return fmt.Sprint(n, ok)
}

func anything() string {
	var v error
	x, ok := reflect.ValueOf(&v).Elem().Interface().(any)
	return fmt.Sprint(x, ok)
}
