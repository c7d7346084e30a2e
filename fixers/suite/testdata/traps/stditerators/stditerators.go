// Package stditerators has loops over what is another thing by then.
package stditerators

import (
	"fmt"
	"reflect"
)

var Traps = map[string]func() string{
	"another type by then":    another,
	"the type is a call":      call,
	"another value by then":   value,
	"the field is set":        set,
	"the element is replaced": replaced,
	"the index is used":       index,
	"recover in the loop":     recovers,
	"plain":                   plain,
}

type two struct{ A, B int }

type three struct{ C, D, E int }

func another() (out string) {
	t := reflect.TypeFor[two]()
	for i := 0; i < t.NumField(); i++ {
		out += t.Field(i).Name
		t = reflect.TypeFor[three]()
	}
	return out
}

func call() (out string) {
	n := 0
	get := func() reflect.Type { n++; return reflect.TypeFor[two]() }
	for i := 0; i < get().NumField(); i++ {
		out += get().Field(i).Name
	}
	return out + fmt.Sprint(n)
}

func value() (out string) {
	v := reflect.ValueOf(two{1, 2})
	for i := 0; i < v.NumField(); i++ {
		out += fmt.Sprint(v.Field(i))
		v = reflect.ValueOf(two{3, 4})
	}
	return out
}

func set() (out string) {
	x := two{1, 2}
	v := reflect.ValueOf(&x).Elem()
	for i := 0; i < v.NumField(); i++ {
		x = two{3, 4}
		out += fmt.Sprint(v.Field(i))
	}
	return out
}

func replaced() (out string) {
	t := reflect.TypeFor[two]()
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		f = reflect.TypeFor[three]().Field(0)
		out += f.Name + t.Field(i).Name
	}
	return out
}

func index() (out string) {
	t := reflect.TypeFor[two]()
	for i := 0; i < t.NumField(); i++ {
		out += fmt.Sprint(i, t.Field(i).Name)
	}
	return out
}

func recovers() (out string) {
	defer func() {
		t := reflect.TypeFor[two]()
		for i := 0; i < t.NumField(); i++ {
			out += t.Field(i).Name + fmt.Sprint(recover())
		}
	}()
	panic("x")
}

func plain() (out string) {
	t := reflect.TypeFor[two]()
	for i := 0; i < t.NumField(); i++ {
		out += t.Field(i).Name
	}
	return out
}
