package vex_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/govuln/vex"
	"github.com/gomend/gomend/workspace"
)

func document(statements string) string {
	return `{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "urn:x", "author": "us", "timestamp": "2026-01-01T00:00:00Z", "version": 1, "statements": [` + statements + `]}`
}

// A statement is heeded where it is about the product in its version, with the dependency in
// it, or about the dependency wherever it is; the last one counts.
func TestOf(t *testing.T) {
	finding := &govuln.Finding{
		Advisory: &osv.Entry{ID: "GO-2026-0001", Aliases: []string{"CVE-2026-1"}}, Module: &workspace.Module{Path: "example.com/App"},
		Dependency: "example.com/dep", Version: "v1.2.0",
	}
	statement := func(name, products, status string) string {
		return `{"vulnerability": {"name": "` + name + `"}, "products": [` + products + `], "status": "` + status + `", "justification": "vulnerable_code_not_present"}`
	}
	for _, test := range []struct {
		name, statements string
		want             vex.Status
	}{
		{"the module", statement("GO-2026-0001", `{"@id": "pkg:golang/example.com/app"}`, "not_affected"), vex.NotAffected},
		{"by another name", statement("CVE-2026-1", `{"@id": "pkg:golang/example.com/app@v1.0.0"}`, "fixed"), vex.Fixed},
		{"by its identifiers", statement("CVE-2026-1", `{"@id": "app", "identifiers": {"purl": "pkg:golang/example.com/app"}}`, "fixed"), vex.Fixed},
		{"with the dependency", statement("GO-2026-0001", `{"@id": "pkg:golang/example.com/app", "subcomponents": [{"@id": "pkg:golang/example.com/dep@1.2.0"}]}`, "not_affected"), vex.NotAffected},
		{"the dependency itself", statement("GO-2026-0001", `{"@id": "pkg:golang/example.com/dep@v1.2.0"}`, "not_affected"), vex.NotAffected},
		{"the last", statement("GO-2026-0001", `{"@id": "pkg:golang/example.com/app"}`, "not_affected") + "," + statement("GO-2026-0001", `{"@id": "pkg:golang/example.com/app"}`, "affected"), vex.Affected},
		{"another version", statement("GO-2026-0001", `{"@id": "pkg:golang/example.com/app@v1.0.1"}`, "not_affected"), ""},
		{"another version of the dependency", statement("GO-2026-0001", `{"@id": "pkg:golang/example.com/app", "subcomponents": [{"@id": "pkg:golang/example.com/dep@v1.1.0"}]}`, "not_affected"), ""},
		{"another advisory", statement("GO-2026-0002", `{"@id": "pkg:golang/example.com/app"}`, "not_affected"), ""},
		{"another module", statement("GO-2026-0001", `{"@id": "pkg:golang/example.com/other"}`, "not_affected"), ""},
		{"a program of it", statement("GO-2026-0001", `{"@id": "pkg:golang/example.com/app#cmd/x"}`, "not_affected"), ""},
		{"something else", statement("GO-2026-0001", `{"@id": "pkg:oci/app"}`, "not_affected"), ""},
	} {
		d, err := vex.Parse([]byte(document(test.statements)))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		var got vex.Status
		if s := d.Of(finding, "v1.0.0"); s != nil {
			got = s.Status
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestWrongDocuments(t *testing.T) {
	for content, want := range map[string]string{
		``:                       "it is no OpenVEX document: EOF",
		`{}`:                     `its @context is ""`,
		`{"@context": "https://`: "it is no OpenVEX document",
		document(`{"vulnerability": {"name": "X"}, "status": "fixed"}`):                                                           `statement 1, of "X": it names no products`,
		document(`{"products": [{"@id": "x"}], "status": "fixed"}`):                                                               "it names no vulnerability",
		document(`{"vulnerability": {"name": "X"}, "products": [{"@id": "x"}], "status": "well"}`):                                `unknown status "well"`,
		document(`{"vulnerability": {"name": "X"}, "products": [{"@id": "x"}], "status": "not_affected"}`):                        "and not why",
		document(`{"vulnerability": {"name": "X"}, "products": [{"@id": "x"}], "status": "not_affected", "justification": "so"}`): `unknown justification "so"`,
	} {
		if _, err := vex.Parse([]byte(content)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("of %s the error is %v, want one with %q", content, err, want)
		}
	}
}

// Whatever is read is written as it was, and no content panics.
func FuzzParse(f *testing.F) {
	f.Add([]byte(document(`{"vulnerability": {"name": "X"}, "products": [{"@id": "pkg:golang/a.b/c@v1#d", "subcomponents": [{"@id": "pkg:golang/e"}]}], "status": "fixed"}`)))
	f.Add([]byte(document(``)))
	finding := &govuln.Finding{Advisory: &osv.Entry{ID: "X"}, Module: &workspace.Module{Path: "a.b/c"}, Dependency: "e"}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := vex.Parse(data)
		if err != nil {
			return
		}
		d.Of(finding, "v1")
		again, err := json.Marshal(d)
		if err != nil {
			t.Skip("a time that can't be written: ", err)
		}
		if _, err := vex.Parse(again); err != nil {
			t.Errorf("what was written can't be read: %v", err)
		}
	})
}
