// Package casetest runs tests whose cases are archives: the files of a code base, the modules
// that it depends on, and what is found in it.
package casetest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/goproxytest"
	"github.com/rogpeppe/go-internal/txtar"
)

// section is the name of an archive's files with what is found.
const section = "found"

// Run runs a test for each archive in testdata, all at the same time. What the test finds is
// compared with the files "found" of the archive, one after the other, or written to them if
// they are to be updated.
func Run(t *testing.T, update bool, test func(t *testing.T, archive *txtar.Archive) (found []string)) {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, archive, test(t, archive), update)
			if update {
				if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// compare compares what was found with what the archive says, or makes it say that.
func compare(t *testing.T, archive *txtar.Archive, found []string, update bool) {
	t.Helper()
	for i, f := range archive.Files {
		if f.Name != section {
			continue
		}
		if len(found) == 0 {
			t.Fatalf("the archive has more sections %q than there are answers", section)
		}
		if want := string(f.Data); want != found[0] && !update {
			t.Errorf("%s", diff.Diff("want", []byte(want), "got", []byte(found[0])))
		}
		archive.Files[i].Data, found = []byte(found[0]), found[1:]
	}
	if len(found) > 0 {
		t.Fatalf("the archive has too few sections %q", section)
	}
}

// Lay writes the files of an archive to a new directory, but for those of the names.
func Lay(t *testing.T, archive *txtar.Archive, but ...string) string {
	t.Helper()
	left := map[string]bool{section: true}
	for _, name := range but {
		left[name] = true
	}
	files := new(txtar.Archive)
	for _, f := range archive.Files {
		if !left[f.Name] && !strings.HasPrefix(f.Name, proxied) {
			files.Files = append(files.Files, f)
		}
	}
	dir := filepath.Join(t.TempDir(), "code")
	if err := txtar.Write(files, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// proxied begins the names of an archive's files that are modules to download: archives
// themselves, as [goproxytest] has them. As no line of theirs may end the file, they may be
// quoted: by the sign > at the beginning of each.
const proxied = "proxy/"

// A Proxy serves the modules of an archive.
type Proxy struct {
	URL string
	Dir string   // with a file a module
	Env []string // for the go command to use it, with a module cache of its own
}

// Serve serves the modules below proxy/ in an archive until the test ends.
func Serve(t *testing.T, archive *txtar.Archive) *Proxy {
	t.Helper()
	p := &Proxy{Dir: t.TempDir()}
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, proxied); ok {
			if err := os.WriteFile(filepath.Join(p.Dir, name), unquote(f.Data), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	server, err := goproxytest.NewServer(p.Dir, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	p.URL = server.URL
	p.Env = append(os.Environ(),
		"GOPROXY="+server.URL, "GONOSUMDB=*", "GOFLAGS=-modcacherw", "GOMODCACHE="+t.TempDir(), "GOWORK=", "GOTOOLCHAIN=local")
	return p
}

// unquote takes the sign from the beginning of lines.
func unquote(data []byte) []byte {
	return bytes.ReplaceAll(bytes.TrimPrefix(data, []byte(">")), []byte("\n>"), []byte("\n"))
}
