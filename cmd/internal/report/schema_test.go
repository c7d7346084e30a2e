package report

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
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/profiles/compare"
	"github.com/gomend/gomend/workspace"
)

// schemas is where people find the schemas of the json formats.
var schemas = filepath.FromSlash("../../../docs/schema")

// TestTheSchemasOfReportsAreCurrent makes the schemas from the types anew, and validates the
// golden reports with that of checks. Run it with -update after a change of the types.
func TestTheSchemasOfReportsAreCurrent(t *testing.T) {
	if _, err := os.Stat(schemas); err != nil {
		t.Skip("docs are not here: this module stands alone")
	}
	for _, published := range []struct {
		file, command string
		document      reflect.Type
		version       int
	}{
		{"report.schema.json", "gomend check -o json", reflect.TypeFor[document](), schemaVersion},
		{"vuln.schema.json", "gomend vuln -o json", reflect.TypeFor[vulnDocument](), 1},
		{"vuln-fix.schema.json", "gomend vuln fix -o json", reflect.TypeFor[remedyDocument](), 1},
		{"profile-diff.schema.json", "gomend profile diff -o json", reflect.TypeFor[profileDiffDocument](), 1},
		{"profile-bench.schema.json", "gomend profile bench -o json", reflect.TypeFor[profileBenchDocument](), 1},
		{"vuln-binary.schema.json", "gomend vuln binary -o json", reflect.TypeFor[binaryDocument](), 1},
	} {
		s := jsonTypes{comments: comments(t, ".", "../finding"), definitions: map[string]any{}}
		root := s.structure(published.document)
		root["$schema"] = "http://json-schema.org/draft-07/schema#"
		root["$id"] = "https://raw.githubusercontent.com/gomend/gomend/main/docs/schema/" + published.file
		root["title"] = published.command
		root["definitions"] = s.definitions
		root["properties"].(map[string]any)["version"] = map[string]any{
			"const": published.version, "description": "The version of this format. It changes when a field goes or means something else, not when one is added.",
		}
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(root); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(schemas, published.file)
		if flag.Lookup("update").Value.String() == "true" {
			if err := os.WriteFile(name, want.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s is not what the types make (%v): run go test ./internal/report -update", name, err)
		}
		if published.document == reflect.TypeFor[document]() {
			validateReports(t, want.Bytes())
		}
	}
}

func validateReports(t *testing.T, schema []byte) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("report.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"report.json", "base.json", "empty.json"} {
		data, err := os.ReadFile(filepath.Join("testdata/golden", name))
		if err != nil {
			t.Fatal(err)
		}
		report, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(report); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// jsonTypes makes JSON Schemas of Go types as encoding/json writes them.
type jsonTypes struct {
	comments    map[string]string // by "Type.Field"
	definitions map[string]any
}

func (s jsonTypes) structure(t reflect.Type) map[string]any {
	properties := map[string]any{}
	required := []string{}
	s.fields(t, properties, &required)
	return map[string]any{"type": "object", "properties": properties, "required": required}
}

func (s jsonTypes) fields(t reflect.Type, properties map[string]any, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			s.fields(f.Type, properties, required)
			continue
		case name == "-":
			continue
		}
		p := s.value(f.Type)
		if text := s.comments[t.Name()+"."+f.Name]; text != "" {
			p = map[string]any{"description": text, "allOf": []any{p}}
		}
		properties[name] = p
		if option != "omitempty" {
			*required = append(*required, name)
		}
	}
}

func (s jsonTypes) value(t reflect.Type) map[string]any {
	if choices := choicesOf(t); choices != nil {
		return map[string]any{"enum": choices}
	}
	switch t.Kind() {
	case reflect.Struct:
		if _, ok := s.definitions[definitionName(t)]; !ok {
			s.definitions[definitionName(t)] = nil // while it is made, it may refer to itself
			s.definitions[definitionName(t)] = s.structure(t)
		}
		return map[string]any{"$ref": "#/definitions/" + definitionName(t)}
	case reflect.Pointer:
		return s.value(t.Elem())
	case reflect.Slice:
		return map[string]any{"type": "array", "items": s.value(t.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	}
	return map[string]any{"type": "string"}
}

// choicesOf returns the values that a type has, or nil if it may have any.
func choicesOf(t reflect.Type) []string {
	switch t {
	case reflect.TypeFor[rule.Severity]():
		return []string{string(rule.Error), string(rule.Warning), string(rule.Info)}
	case reflect.TypeFor[rule.Confidence]():
		return []string{string(rule.High), string(rule.Medium), string(rule.Low)}
	case reflect.TypeFor[rule.Safety]():
		return []string{string(rule.Safe), string(rule.Proven), string(rule.Unsafe)}
	case reflect.TypeFor[finding.SilenceSource]():
		return []string{string(finding.FromComment), string(finding.FromConfig), string(finding.FromBaseline)}
	case reflect.TypeFor[govuln.Level]():
		return []string{govuln.Called.String(), govuln.Imported.String(), govuln.Required.String()}
	case reflect.TypeFor[compare.Verdict]():
		return []string{
			string(compare.Regressed), string(compare.Improved), string(compare.Moved), string(compare.Unchanged),
			string(compare.Inconclusive), string(compare.Indicative),
		}
	case reflect.TypeFor[govuln.Precision]():
		return []string{string(govuln.BySymbol), string(govuln.ByPackage), string(govuln.ByModule)}
	case reflect.TypeFor[govuln.Origin]():
		return []string{string(govuln.ByChange), string(govuln.ByDatabase), string(govuln.Carried)}
	case reflect.TypeFor[workspace.View]():
		return []string{string(workspace.Work), string(workspace.Release)}
	}
	return nil
}

// comments returns the comments on the fields of the structures in the folders.
func comments(t *testing.T, dirs ...string) map[string]string {
	found := make(map[string]string)
	for _, dir := range dirs {
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if spec, ok := n.(*ast.TypeSpec); ok {
					addComments(found, spec)
				}
				return true
			})
		}
	}
	return found
}

func addComments(found map[string]string, spec *ast.TypeSpec) {
	st, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range st.Fields.List {
		text := strings.TrimSpace(f.Doc.Text() + f.Comment.Text())
		for _, name := range f.Names {
			found[spec.Name.Name+"."+name.Name] = strings.Join(strings.Fields(text), " ")
		}
	}
}

// definitionName names a type in schemas.
func definitionName(t reflect.Type) string { return strings.TrimSuffix(t.Name(), "InJSON") }
