package store

import (
	"io/ioutil"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestFolder(t *testing.T) {
	dir, err := ioutil.TempDir("", "store")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	bank := filepath.Join(dir, "bank")
	if err := os.Mkdir(bank, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(bank, "monday.txt")
	if err := ioutil.WriteFile(file, []byte("rent -700\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := Statements(dir); err != nil || !reflect.DeepEqual(got, []string{file}) {
		t.Errorf("Statements: %v, %v", got, err)
	}
	if got, err := Banks(dir); err != nil || !reflect.DeepEqual(got, []string{"bank"}) {
		t.Errorf("Banks: %v, %v", got, err)
	}
	if got, err := Large(bank, 4); err != nil || !reflect.DeepEqual(got, []string{"monday.txt"}) {
		t.Errorf("Large: %v, %v", got, err)
	}
}
