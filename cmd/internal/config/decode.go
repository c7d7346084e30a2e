package config

import (
	"bytes"
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A decoder fills Go values from YAML nodes, strictly: every key is known and
// stands there once, every value has the type of its field. It goes on after a
// problem, so that one run names them all.
type decoder struct {
	file string
	data []byte // of the file
	problems

	// origin holds where each value stands, by its path, as in
	// "rules.timerleak.severity" or "exclude[0]".
	origin map[string]Pos
}

func (d *decoder) pos(n *yaml.Node) Pos { return Pos{d.file, max(n.Line, 1), max(n.Column, 1)} }

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	d.add(d.pos(n), fmt.Sprintf(format, args...))
}

// value decodes n into v. The path names the value in messages and origins; the
// tag is that of the field it belongs to.
func (d *decoder) value(n *yaml.Node, v reflect.Value, path string, tag reflect.StructTag) {
	d.origin[path] = d.pos(n)
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		d.fail(n, "%s: anchors and aliases are not used here: write the value out", path)
	case n.Style&yaml.TaggedStyle != 0:
		d.fail(n, "%s: tags are not used here: remove %s", path, n.Tag)
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null":
		d.fail(n, "%s has no value: give one, or remove the key", path)
	case v.Kind() == reflect.Struct:
		d.structure(n, v, path)
	case v.Kind() == reflect.Slice && keyField(v.Type().Elem()) >= 0:
		d.keyed(n, v, path)
	case v.Kind() == reflect.Slice:
		d.list(n, v, path, tag)
	case v.Kind() == reflect.Map:
		d.settings(n, v, path)
	case v.Kind() == reflect.Int:
		d.integer(n, v, path, tag)
	default:
		d.text(n, v, path, tag)
	}
}

// structure decodes a mapping, or one word for a structure that has a short
// form.
func (d *decoder) structure(n *yaml.Node, v reflect.Value, path string) {
	setPos(v, d.pos(n))
	fields := fieldsOf(v.Type())
	if n.Kind == yaml.ScalarNode {
		if f, ok := shortForm(fields); ok {
			d.value(n, v.Field(f.index), join(path, f.key), f.tag)
			return
		}
	}
	if !d.expect(n, yaml.MappingNode, path, "keys and values") {
		return
	}
	given := make(map[string]bool)
	for key, value := range d.pairs(n) {
		f, ok := findField(fields, key.Value)
		if !ok {
			d.fail(key, "unknown key %q%s: %s", key.Value, within(path), suggestion(key.Value, keys(fields)))
			continue
		}
		given[key.Value] = true
		d.value(value, v.Field(f.index), join(path, key.Value), f.tag)
	}
	for _, f := range fields {
		if !f.required {
			continue
		}
		if !given[f.key] {
			d.fail(n, "%q is missing%s", f.key, within(path))
		} else if list := v.Field(f.index); list.Kind() == reflect.Slice && !list.IsNil() && list.Len() == 0 {
			d.fail(n, "%q is empty%s", f.key, within(path))
		}
	}
}

// keyed decodes a mapping into a slice of structures that hold their key.
func (d *decoder) keyed(n *yaml.Node, v reflect.Value, path string) {
	if !d.expect(n, yaml.MappingNode, path, "keys and values") {
		return
	}
	for key, value := range d.pairs(n) {
		elem := reflect.New(v.Type().Elem()).Elem()
		i := keyField(elem.Type())
		d.text(key, elem.Field(i), path, elem.Type().Field(i).Tag)
		d.value(value, elem, join(path, key.Value), "")
		setPos(elem, d.pos(key))
		v.Set(reflect.Append(v, elem))
	}
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, path string, tag reflect.StructTag) {
	if !d.expect(n, yaml.SequenceNode, path, "a list") {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, len(n.Content)))
	for i, item := range n.Content {
		elem := reflect.New(v.Type().Elem()).Elem()
		d.value(item, elem, fmt.Sprintf("%s[%d]", path, i), tag)
		v.Set(reflect.Append(v, elem))
	}
}

// scalar is the tag of a text that may be written as a number, true or false.
const scalar reflect.StructTag = `scalar:"any"`

// settings decodes a mapping of names to numbers, texts, true or false.
func (d *decoder) settings(n *yaml.Node, v reflect.Value, path string) {
	if !d.expect(n, yaml.MappingNode, path, "keys and values") {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for key, value := range d.pairs(n) {
		elem := reflect.New(v.Type().Elem()).Elem()
		d.value(value, elem, join(path, key.Value), scalar)
		v.SetMapIndex(reflect.ValueOf(key.Value), elem)
	}
}

func (d *decoder) integer(n *yaml.Node, v reflect.Value, path string, tag reflect.StructTag) {
	if !d.expect(n, yaml.ScalarNode, path, "a number") {
		return
	}
	i, err := strconv.Atoi(n.Value)
	if err != nil || n.Style != 0 {
		d.fail(n, "%s must be a number, not %q", path, n.Value)
		return
	}
	v.SetInt(int64(i))
	if want, ok := tag.Lookup("const"); ok && want != n.Value {
		d.fail(n, "%s is %s, and this gomend knows %s only: use another gomend", path, n.Value, want)
	}
}

func (d *decoder) text(n *yaml.Node, v reflect.Value, path string, tag reflect.StructTag) {
	if !d.expect(n, yaml.ScalarNode, path, "a text") {
		return
	}
	if kind := n.ShortTag(); tag != scalar && (kind == "!!int" || kind == "!!float" || kind == "!!bool") {
		d.fail(n, "%s must be a text: write %q in quotes", path, n.Value)
		return
	}
	v.SetString(n.Value)
	if tag.Get("block") == "literal" {
		d.block(n, path)
	}
	if !d.choose(n, path, tag) {
		return
	}
	if n.Value == "" {
		d.fail(n, "%s is empty: give a value, or remove the key", path)
	} else if format := tag.Get("format"); format != "" {
		if problem := formats(format).check(n.Value); problem != "" {
			d.fail(n, "%s: %s", path, problem)
		}
	}
}

// block notes where the first character of a text in lines of its own stands, so that what is
// wrong in the text can be told with its place in the file.
func (d *decoder) block(n *yaml.Node, path string) {
	if n.Style&yaml.LiteralStyle == 0 {
		d.fail(n, "%s must be a block: write it below %s: |, indented", path, path[strings.LastIndexByte(path, '.')+1:])
		return
	}
	pos := d.pos(n)
	pos.Line++ // the | stands above
	pos.Col = 1
	lines := bytes.Split(d.data, []byte("\n"))
	for i, text := range strings.Split(n.Value, "\n") {
		if at := pos.Line - 1 + i; text != "" && at < len(lines) {
			pos.Col = max(len(bytes.TrimRight(lines[at], "\r"))-len(text), 0) + 1
			break
		}
	}
	d.origin[path] = pos
}

// choose reports whether the value is one of those that the tag allows.
func (d *decoder) choose(n *yaml.Node, path string, tag reflect.StructTag) bool {
	list, ok := tag.Lookup("choices")
	if !ok {
		return true
	}
	choices := strings.Split(list, ",")
	if !slices.Contains(choices, n.Value) {
		d.fail(n, "%s cannot be %q: %s", path, n.Value, suggestion(n.Value, choices))
		return false
	}
	return true
}

func (d *decoder) expect(n *yaml.Node, kind yaml.Kind, path, what string) bool {
	if n.Kind == kind {
		return true
	}
	hint := ""
	if kind == yaml.SequenceNode && n.Kind == yaml.ScalarNode {
		hint = fmt.Sprintf(": write [%s]", n.Value)
	}
	d.fail(n, "%s must be %s%s", cmp.Or(path, "the file"), what, hint)
	return false
}

// pairs yields the keys and values of a mapping, each key once.
func (d *decoder) pairs(n *yaml.Node) func(yield func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		seen := make(map[string]int)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			switch line := seen[key.Value]; {
			case key.Kind != yaml.ScalarNode || key.Anchor != "":
				d.fail(key, "a key must be a name")
				continue
			case line > 0:
				d.fail(key, "the key %q stands in line %d already", key.Value, line)
				continue
			}
			seen[key.Value] = max(key.Line, 1)
			if !yield(key, value) {
				return
			}
		}
	}
}

// within says in which part of the file an unknown or missing key is.
func within(path string) string {
	if path == "" {
		return ""
	}
	return " in " + path
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
