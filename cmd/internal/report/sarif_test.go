package report_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/report"
)

var sarifGoldens = []string{"report.sarif", "suppressed.sarif", "base.sarif", "empty.sarif"}

// officialSchema returns the JSON Schema of SARIF 2.1.0 that OASIS publishes. The
// module go-sarif carries it, in a constant that it does not export: it is read
// from the module's source.
func officialSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", reflect.TypeFor[sarif.Report]().PkgPath()).Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	spec := file.Decls[0].(*ast.GenDecl).Specs[0].(*ast.ValueSpec)
	text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
	if err != nil {
		t.Fatal(err)
	}
	return compile(t, text)
}

func compile(t *testing.T, schema string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, data []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

func TestSARIFIsValid(t *testing.T) {
	s := officialSchema(t)
	for _, name := range sarifGoldens {
		data, err := os.ReadFile("testdata/golden/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, s, data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheOfficialSchemaRefusesABadLog(t *testing.T) {
	s := officialSchema(t)
	data, err := os.ReadFile("testdata/golden/report.sarif")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"a wrong level":   {`"level": "error"`, `"level": "fatal"`},
		"a line zero":     {`"startLine": 12`, `"startLine": 0`},
		"a negative ID":   {`"id": 1,`, `"id": -5,`},
		"an unknown key":  {`"ruleIndex"`, `"ruleindex"`},
		"a missing value": {`"executionSuccessful": false,`, ``},
	} {
		bad := strings.Replace(string(data), change[0], change[1], 1)
		if bad == string(data) {
			t.Fatalf("%s: %s is not in the log", name, change[0])
		}
		if validate(t, s, []byte(bad)) == nil {
			t.Errorf("%s: the schema accepts it, so validation proves nothing", name)
		}
	}
}

// TestCodeScanningGetsWhatItNeeds checks what GitHub asks for beyond the schema:
// https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
func TestCodeScanningGetsWhatItNeeds(t *testing.T) {
	for _, name := range sarifGoldens {
		log, err := sarif.Open("testdata/golden/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, run := range log.Runs {
			rules := run.Tool.Driver.Rules
			for _, r := range rules {
				if r.ShortDescription == nil || r.FullDescription == nil || r.Help == nil || *r.Help.Text == "" {
					t.Errorf("%s: rule %s lacks a description or help", name, *r.ID)
				}
				if len(*r.FullDescription.Text) > 1024 {
					t.Errorf("%s: the description of %s is too long", name, *r.ID)
				}
			}
			for _, res := range run.Results {
				if *rules[res.RuleIndex].ID != *res.RuleID {
					t.Errorf("%s: result of %s has the index of %s", name, *res.RuleID, *rules[res.RuleIndex].ID)
				}
				if len(res.Locations) != 1 {
					t.Errorf("%s: result of %s has %d locations", name, *res.RuleID, len(res.Locations))
				}
				physical := res.Locations[0].PhysicalLocation
				if r := physical.Region; *r.StartLine < 1 || *r.StartColumn < 1 || *r.EndLine < *r.StartLine || *r.EndColumn < 1 {
					t.Errorf("%s: result of %s has an odd region %+v", name, *res.RuleID, r)
				}
				if uri := *physical.ArtifactLocation.URI; strings.HasPrefix(uri, "/") || strings.Contains(uri, ":") {
					t.Errorf("%s: %s is not relative", name, uri)
				}
				if _, ok := res.PartialFingerprints["primaryLocationLineHash"]; ok {
					t.Errorf("%s: primaryLocationLineHash is GitHub's to compute", name)
				}
			}
		}
	}
}

func TestSARIFColumnsCountCharacters(t *testing.T) {
	log, err := sarif.Open("testdata/golden/report.sarif")
	if err != nil {
		t.Fatal(err)
	}
	for _, res := range log.Runs[0].Results {
		if *res.RuleID == "acme.nonames" {
			r := res.Locations[0].PhysicalLocation.Region
			if *r.StartColumn != 29 || *r.EndColumn != 29+len([]rune(`"世界 🌍"`)) {
				t.Errorf("columns %d to %d, want the six characters from 29", *r.StartColumn, *r.EndColumn)
			}
			return
		}
	}
	t.Error("there is no result of acme.nonames")
}

func TestFileNamesAreEscapedInURIs(t *testing.T) {
	run := empty()
	run.Findings = []finding.Finding{{Rule: "x", Span: finding.Span{File: "a b/ü#1?.go", Line: 1}}}
	var buf bytes.Buffer
	if err := report.Write(&buf, report.SARIF, run, report.Options{}); err != nil {
		t.Fatal(err)
	}
	if want := `"uri": "a%20b/%C3%BC%231%3F.go"`; !strings.Contains(buf.String(), want) {
		t.Errorf("%s is not in\n%s", want, buf.String())
	}
}
