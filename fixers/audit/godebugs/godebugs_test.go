package godebugs_test

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/gomend/gomend/fixers/audit/godebugs"
)

// table26 and table27 are made like the tables of Go 1.26 and 1.27.
const (
	table26 = `package godebugs

var All = []Info{
	{Name: "asynctimerchan", Package: "time", Changed: 23, Old: "1"},
	{Name: "panicnil", Package: "runtime", Changed: 21, Old: "1"},
	//{Name: "multipartfiles", Package: "mime/multipart"},
	{Name: "tlsmlkem", Package: "crypto/tls", Changed: 24, Old: "0", Opaque: true},
}

var Removed = []RemovedInfo{
	{Name: "x509sha1", Removed: 24},
}
`
	table27 = `package godebugs

var All = []Info{
	{Name: "newer", Package: "net/http", Changed: 27, Old: "1"},
	{Name: "panicnil", Package: "runtime", Changed: 21, Old: "1"},
}

var Removed = []RemovedInfo{
	{Name: "x509sha1", Removed: 24, Old: one}, // Old: "1"
	{Name: "asynctimerchan", Removed: 27, Old: func(s string) bool { return s == "1" || s == "2" }},
}

func one(s string) bool { return s == "1" }
`
)

func parse(t *testing.T, src string) []godebugs.Setting {
	t.Helper()
	all, err := godebugs.Parse([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func names(all []godebugs.Setting) string {
	var names []string
	for _, s := range all {
		names = append(names, s.Name)
	}
	return strings.Join(names, " ")
}

func find(t *testing.T, all []godebugs.Setting, name string) *godebugs.Setting {
	t.Helper()
	i := slices.IndexFunc(all, func(s godebugs.Setting) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("there is no %s in %s", name, names(all))
	}
	return &all[i]
}

func TestParse(t *testing.T) {
	all := parse(t, table26)
	if got, want := names(all), "asynctimerchan panicnil tlsmlkem x509sha1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	s := find(t, all, "tlsmlkem")
	if s.Package != "crypto/tls" || s.Changed != 24 || s.Old != "0" || !s.Opaque {
		t.Errorf("got %+v", s)
	}
	if s := find(t, all, "x509sha1"); s.Removed != 24 || s.Gone != nil {
		t.Errorf("got %+v", s)
	}
}

func TestWhatALaterToolchainRemoved(t *testing.T) {
	for _, all := range [][]godebugs.Setting{
		godebugs.Unite(parse(t, table26), parse(t, table27)),
		godebugs.Unite(parse(t, table27), parse(t, table26)),
	} {
		if got, want := names(all), "asynctimerchan newer panicnil tlsmlkem x509sha1"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		s := find(t, all, "asynctimerchan")
		if s.Removed != 27 || !slices.Equal(s.Gone, []string{"1", "2"}) || s.Changed != 23 || s.Package != "time" {
			t.Errorf("got %+v", s)
		}
	}
}

func TestNoTable(t *testing.T) {
	for _, src := range []string{"", "package godebugs", "package godebugs\n\nvar All = []Info{{Package: \"x\"}}", "package godebugs\n\nvar All = table()"} {
		if all, err := godebugs.Parse([]byte(src)); err == nil {
			t.Errorf("%q: got %v", src, all)
		}
	}
}

// The table of the toolchain that runs the test is known, whichever that is.
func TestToolchain(t *testing.T) {
	src, err := os.ReadFile(filepath.Join(runtime.GOROOT(), "src", "internal", "godebugs", "table.go"))
	if err != nil {
		t.Skip(err) // a toolchain without sources
	}
	all := parse(t, string(src))
	if s := find(t, all, "panicnil"); s.Changed != 21 || s.Old != "1" || s.Package != "runtime" {
		t.Errorf("got %+v", s)
	}
}

func TestEverySettingThatMovesHasAMeaning(t *testing.T) {
	all := godebugs.All()
	if !slices.IsSortedFunc(all, func(a, b godebugs.Setting) int { return strings.Compare(a.Name, b.Name) }) {
		t.Errorf("they are not sorted: %s", names(all))
	}
	for _, s := range all {
		if s.Changed != 0 && (s.Text == "" || !strings.HasPrefix(s.Source, "https://go.dev/")) {
			t.Errorf("%s: got the text %q and the source %q", s.Name, s.Text, s.Source)
		}
		if strings.HasSuffix(s.Text, ".") || strings.HasSuffix(s.Weak, ".") {
			t.Errorf("%s ends in a full stop", s.Name)
		}
		if s.Removed >= 27 && len(s.Gone) == 0 {
			t.Errorf("%s: nobody knows which of its values are gone", s.Name)
		}
	}
}

func TestDefault(t *testing.T) {
	s := find(t, godebugs.All(), "panicnil")
	for _, test := range []struct {
		line string
		old  bool
	}{
		{"1.16", true},
		{"1.20.14", true},
		{"go1.21rc2", false},
		{"1.21", false},
		{"1.27.0", false},
	} {
		if value, old := s.Default(test.line); old != test.old || old && value != "1" {
			t.Errorf("%s: got %q, %t", test.line, value, old)
		}
	}
	if got := s.Keep(); got != "godebug panicnil=1" {
		t.Errorf("got %q", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(table26)
	f.Add(table27)
	f.Add("package godebugs\n\nvar All = []Info{{Name: \"x\", Changed: 99999999999999999999}}")
	f.Fuzz(func(t *testing.T, src string) {
		all, err := godebugs.Parse([]byte(src))
		if err != nil {
			return
		}
		if len(all) == 0 {
			t.Error("a table without settings is no error")
		}
		for _, s := range all {
			if s.Name == "" {
				t.Errorf("a setting without a name: %+v", s)
			}
		}
	})
}
