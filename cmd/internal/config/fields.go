package config

import (
	"reflect"
	"strings"
)

// A field is a key of a mapping in the file.
type field struct {
	key      string
	index    int // of the Go field
	required bool
	short    bool // the structure may be given as this field's value alone
	tag      reflect.StructTag
}

// fieldsOf returns the keys that a structure has, in the order of the type.
func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		key, options, _ := strings.Cut(tag.Get("yaml"), ",")
		if key == "" || key == "-" {
			continue
		}
		fields = append(fields, field{
			key:      key,
			index:    i,
			required: options == "required",
			short:    options == "short",
			tag:      tag,
		})
	}
	return fields
}

func keys(fields []field) []string {
	var names []string
	for _, f := range fields {
		names = append(names, f.key)
	}
	return names
}

func findField(fields []field, key string) (field, bool) {
	for _, f := range fields {
		if f.key == key {
			return f, true
		}
	}
	return field{}, false
}

func shortForm(fields []field) (field, bool) {
	for _, f := range fields {
		if f.short {
			return f, true
		}
	}
	return field{}, false
}

// keyField returns the index of the field that holds the key under which a
// structure stands, or -1 if the type has none.
func keyField(t reflect.Type) int {
	if t.Kind() != reflect.Struct {
		return -1
	}
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("yaml") == ",key" {
			return i
		}
	}
	return -1
}

// setPos sets the position that a structure embeds, if it does.
func setPos(v reflect.Value, pos Pos) {
	if f := v.FieldByName("Pos"); f.IsValid() {
		f.Set(reflect.ValueOf(pos))
	}
}
