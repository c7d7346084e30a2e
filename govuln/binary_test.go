package govuln_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"golang.org/x/vuln/scan"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/vulndb"
)

// TestScanBinary looks at programs built of the code of TestScan. Whatever govulncheck says is
// in them is.
func TestScanBinary(t *testing.T) {
	for _, test := range []struct {
		name, archive string
		flags         []string
		want          []string
		known         []string // advisories of which govulncheck says more
	}{
		{"calls", "calls", nil, []string{
			"GO-2026-0001 called: ByInner Callback Function Generic Sorter.Less Text.String Type.Bound Type.Deferred Type.Method Value atInit",
			"GO-2026-0002 called: Outer inner",
			"GO-2026-0003 called: inner",
		}, nil},
		{"stripped", "calls", []string{"-ldflags=-s -w"}, []string{
			"GO-2026-0001 imported:", "GO-2026-0002 imported:", "GO-2026-0003 imported:",
		}, []string{"GO-2026-0001", "GO-2026-0002", "GO-2026-0003"}},
		{"levels", "levels", nil, []string{
			"GO-2026-0001 imported:", "GO-2026-0002 imported:", "GO-2026-0005 called: Function",
		}, []string{"GO-2026-0001", "GO-2026-0002"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			archive, err := txtar.ParseFile(filepath.Join("testdata", test.archive+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			l := layOut(t, archive)
			file := filepath.Join(l.dir, "program")
			build := exec.Command("go", append(append([]string{"build", "-o", file, "-gcflags=example.com/...=-l"}, test.flags...), ".")...)
			build.Dir, build.Env = filepath.Join(l.dir, "code"), append(slices.Clone(l.env), "GOOS=linux", "GOARCH=amd64")
			if out, err := build.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			db, err := vulndb.Open(t.Context(), filepath.Join(l.dir, "db"), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			b, err := govuln.ScanBinary(t.Context(), file, []*vulndb.Database{db})
			if err != nil {
				t.Fatal(err)
			}
			if want := (govuln.Platform{OS: "linux", Arch: "amd64"}); b.Platform != want || b.Path != "example.com/code" || b.Stripped != (test.name == "stripped") {
				t.Errorf("the program is %+v", b)
			}
			if unknown := strings.Join(b.Unknown, " "); (test.archive == "levels") != (unknown == "example.com/local") {
				t.Errorf("not known is %q", unknown)
			}
			var got []string
			called := make(map[string]bool)
			for _, f := range b.Findings {
				var names []string
				for _, s := range f.Symbols {
					names = append(names, s.Name)
					called[f.Advisory.ID+" "+s.Package+"."+s.Name] = true
				}
				got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s: %s", f.Advisory.ID, f.Level, strings.Join(names, " "))))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("found was\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
			for _, call := range l.govulncheckBinary(t, file) {
				if id, _, _ := strings.Cut(call, " "); !called[call] && !slices.Contains(test.known, id) {
					t.Errorf("govulncheck finds %s", call)
				}
			}
		})
	}
	for name, want := range map[string]string{"nothing": "no such file", ".": "it is a directory", "scan.go": "it is no program that Go has built"} {
		if _, err := govuln.ScanBinary(t.Context(), name, nil); err == nil || !strings.HasPrefix(err.Error(), name+": "+want) {
			t.Errorf("of %s the error is %v", name, err)
		}
	}
}

// govulncheckBinary returns the vulnerable functions that govulncheck finds in a program.
func (l *layout) govulncheckBinary(t *testing.T, file string) []string {
	t.Helper()
	cmd := scan.Command(t.Context(), "-mode=binary", "-format=json", "-db=file://"+filepath.ToSlash(filepath.Join(l.dir, "db")), file)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Env = &out, io.Discard, os.Environ()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	return callsIn(t, json.NewDecoder(&out))
}
