package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

var update = flag.Bool("update", false, "rewrite the golden files and the schema")

// published is where people and editors find the schema.
var published = filepath.FromSlash("../../../docs/schema/gomend.schema.json")

// object is a JSON Schema, or a part of one. Its keys are written sorted.
type object map[string]any

// TestSchemaIsCurrent makes the schema from the types anew. Run it with -update
// after a change of types.go.
func TestSchemaIsCurrent(t *testing.T) {
	s := schema{comments: comments(t)}
	root := s.structure(reflect.TypeFor[document]())
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["$id"] = "https://raw.githubusercontent.com/gomend/gomend/main/docs/schema/gomend.schema.json"
	root["title"] = "gomend.yaml"
	want := encode(t, root)
	for _, name := range []string{"gomend.schema.json", published} {
		if _, err := os.Stat(filepath.Dir(name)); err != nil {
			t.Logf("%s is not here: this module stands alone", filepath.Dir(name))
			continue
		}
		if *update {
			if err := os.WriteFile(name, want, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what types.go makes (%v): run go test ./internal/config -update", name, err)
		}
	}
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// A schema makes a JSON Schema of the types of the configuration.
type schema struct {
	comments map[string]string // by "Type.Field"
}

func (s schema) structure(t reflect.Type) object {
	properties := object{}
	required := []string{}
	for _, f := range fieldsOf(t) {
		field := t.Field(f.index)
		p := s.value(field.Type, field.Tag)
		comment := s.comments[t.Name()+"."+field.Name]
		p["description"] = f.key + strings.TrimPrefix(comment, field.Name)
		properties[f.key] = p
		if f.required {
			required = append(required, f.key)
		}
		if f.required && field.Type.Kind() == reflect.Slice {
			p["minItems"] = 1
		}
	}
	o := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		o["required"] = required
	}
	return o
}

func (s schema) value(t reflect.Type, tag reflect.StructTag) object {
	switch {
	case t.Kind() == reflect.Struct:
		o := s.structure(t)
		if f, ok := shortForm(fieldsOf(t)); ok {
			return object{"oneOf": []object{s.value(t.Field(f.index).Type, f.tag), o}}
		}
		return o
	case t.Kind() == reflect.Slice && keyField(t.Elem()) >= 0:
		key := t.Elem().Field(keyField(t.Elem()))
		return object{
			"type":                 "object",
			"propertyNames":        object{"pattern": formats(key.Tag.Get("format")).pattern},
			"additionalProperties": s.value(t.Elem(), ""),
		}
	case t.Kind() == reflect.Slice:
		return object{"type": "array", "items": s.value(t.Elem(), tag)}
	case t.Kind() == reflect.Map:
		return object{"type": "object", "additionalProperties": object{"type": []string{"string", "number", "boolean"}}}
	case t.Kind() == reflect.Int:
		n, _ := strconv.Atoi(tag.Get("const"))
		return object{"const": n}
	}
	o := object{"type": "string", "minLength": 1}
	if format := tag.Get("format"); format != "" {
		o["pattern"] = formats(format).pattern
	}
	if choices := tag.Get("choices"); choices != "" {
		o["enum"] = strings.Split(choices, ",")
	}
	return o
}

// comments returns the comments on the fields in types.go.
func comments(t *testing.T) map[string]string {
	file, err := parser.ParseFile(token.NewFileSet(), "types.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]string)
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if st, ok := spec.Type.(*ast.StructType); ok {
			for _, f := range st.Fields.List {
				for _, name := range f.Names {
					found[spec.Name.Name+"."+name.Name] = strings.TrimSpace(f.Doc.Text())
				}
			}
		}
		return true
	})
	return found
}

func TestEveryKeyIsDescribed(t *testing.T) {
	described := comments(t)
	for _, typ := range []reflect.Type{
		reflect.TypeFor[document](), reflect.TypeFor[Rule](), reflect.TypeFor[Override](), reflect.TypeFor[Exclude](),
		reflect.TypeFor[Unbuildable](), reflect.TypeFor[Edge](), reflect.TypeFor[Input](), reflect.TypeFor[Models](), reflect.TypeFor[Plugin](),
		reflect.TypeFor[Fix](), reflect.TypeFor[Recipe](), reflect.TypeFor[Vuln](), reflect.TypeFor[Acceptance](),
	} {
		for _, f := range fieldsOf(typ) {
			name := typ.Name() + "." + typ.Field(f.index).Name
			if text := described[name]; !strings.HasSuffix(text, ".") || strings.Contains(text, "\n") {
				t.Errorf("the comment on %s must be whole sentences on one line, for editors: %q", name, text)
			}
		}
	}
}

// compiled returns the published schema.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("gomend.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("gomend.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// jsonValue returns a YAML document as an editor's validator sees it.
func jsonValue(t *testing.T, data string) any {
	t.Helper()
	var root yaml.Node
	if err := yaml.Load([]byte(data), &root); err != nil {
		t.Fatal(err)
	}
	return plain(root.Content[0])
}

func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any)
		for i := 0; i < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plain(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, plain(c))
		}
		return list
	}
	switch n.ShortTag() {
	case "!!int", "!!float":
		return json.Number(n.Value)
	case "!!bool":
		return n.Value == "true"
	case "!!null":
		return nil
	}
	return n.Value
}
