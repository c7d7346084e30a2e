package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Of a history of four commits the two that change code are measured and checked: one of
// a package that another imports, and one of a go.mod file that changes nothing.
func TestMeasure(t *testing.T) {
	dir := t.TempDir()
	for _, commit := range []map[string]string{
		{
			"go.mod":      "module example.com/shop\n\ngo 1.26\n",
			"low/low.go":  "package low\n\nfunc Name() string { return \"a\" }\n",
			"top/top.go":  "package top\n\nimport \"example.com/shop/low\"\n\nfunc Name() string { return low.Name() + \"b\" }\n",
			"side/one.go": "package side\n",
			"README":      "shop\n",
		},
		{"low/low.go": "package low\n\nfunc Name() string { return \"other\" }\n"},
		{"README": "a shop\n"},
		{"go.mod": "module example.com/shop\n\n// A comment.\ngo 1.26\n"},
	} {
		for name, content := range commit {
			name = filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		for _, args := range [][]string{
			{"init", "-q"},
			{"add", "."},
			{"-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "x"},
		} {
			if _, err := git(t.Context(), dir, args...); err != nil {
				t.Fatal(err)
			}
		}
	}
	m, err := newMeasurement(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	all, err := m.touching(t.Context(), "HEAD", 2)
	if err != nil || len(all) != 2 || !all[0].requirements || all[1].requirements {
		t.Fatalf("got %+v, %v", all, err)
	}
	for _, c := range all {
		if err := m.measure(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if err := m.check(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	if len(m.code.parts) != 1 || m.code.parts[0] != 2./3 || len(m.requirements.parts) != 1 || m.requirements.parts[0] != 0 {
		t.Errorf("the shares are %v and %v", m.code.parts, m.requirements.parts)
	}
	if m.differ != 2 || m.told != 2 || m.missed != 0 {
		t.Errorf("%d differ, %d told, %d missed", m.differ, m.told, m.missed)
	}
}
