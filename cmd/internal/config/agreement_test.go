package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestTheSchemaAgreesWithTheDecoder validates the archives of TestLoad with the
// published schema: it accepts what loads, and refuses what does not, but where
// the archive says that a schema cannot know.
func TestTheSchemaAgreesWithTheDecoder(t *testing.T) {
	s := compiled(t)
	archives, err := filepath.Glob("testdata/load/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		err = s.Validate(jsonValue(t, string(ar.Files[0].Data)))
		switch loads := ar.Files[1].Name == "entries"; {
		case loads && err != nil:
			t.Errorf("%s loads, and the schema refuses it: %v", name, err)
		case !loads && err == nil && !strings.Contains(string(ar.Comment), "The schema"):
			t.Errorf("%s does not load, and the schema accepts it", name)
		}
	}
}

// TestTheExampleIsValid keeps the published example true.
func TestTheExampleIsValid(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(filepath.Dir(published), "gomend.example.yaml"))
	if os.IsNotExist(err) {
		t.Skip("docs are not here: this module stands alone")
	} else if err != nil {
		t.Fatal(err)
	}
	if err := compiled(t).Validate(jsonValue(t, string(data))); err != nil {
		t.Error(err)
	}
	keys := make(map[string]bool)
	for key := range jsonValue(t, string(data)).(map[string]any) {
		keys[key] = true
	}
	for _, f := range fieldsOf(reflect.TypeFor[document]()) {
		if !keys[f.key] {
			t.Errorf("the example does not show %s", f.key)
		}
	}
}
