package vulndb_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/govuln/vulndb"
)

// entry is the JSON of an advisory of a module.
func entry(id, modified, module, fixed string) string {
	event := ""
	if fixed != "" {
		event = fmt.Sprintf(`,{"fixed":%q}`, fixed)
	}
	return fmt.Sprintf(`{"id":%q,"modified":%q,"affected":[{"package":{"name":%q,"ecosystem":"Go"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}%s]}]}]}`,
		id, modified, module, event)
}

// loose lays out advisories in a directory without index.
func loose(t *testing.T, entries ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, e := range entries {
		var head struct{ ID string }
		if err := json.Unmarshal([]byte(e), &head); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, head.ID+".json"), e)
	}
	return dir
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, name string) *vulndb.Database {
	t.Helper()
	d, err := vulndb.Open(t.Context(), name, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// asFile writes the advisories of a database into one file.
func asFile(t *testing.T, d *vulndb.Database) string {
	t.Helper()
	all, err := d.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := vulndb.Write(&b, all); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "db.zip")
	write(t, name, b.String())
	return name
}

// serve serves a database of one file as a host does, with or without the archive of all.
func serve(t *testing.T, file string, archive bool) string {
	t.Helper()
	z, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { z.Close() })
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if archive && r.URL.Path == "/vulndb.zip" {
			http.ServeFile(w, r, file)
			return
		}
		f, err := z.Open(strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/"), ".gz"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		g := gzip.NewWriter(w)
		io.Copy(g, f)
		g.Close()
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// A database is the same, whatever it lies in.
func TestSources(t *testing.T) {
	dir := loose(t,
		entry("GO-2026-0002", "2026-02-01T00:00:00Z", "example.com/a", "1.2.0"),
		entry("GO-2026-0001", "2026-01-01T00:00:00Z", "example.com/a", ""),
		entry("GO-2026-0003", "2026-01-15T00:00:00Z", "example.com/b", "2.0.0"))
	file := asFile(t, open(t, dir))
	tree := t.TempDir()
	if err := os.CopyFS(tree, must(zip.OpenReader(file))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{dir, "file://" + filepath.ToSlash(dir), file, tree, serve(t, file, true), serve(t, file, false) + "/"} {
		d := open(t, name)
		if want := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC); !d.Modified.Equal(want) || d.Modules() != 2 {
			t.Errorf("%s is of %v and has %d modules", name, d.Modified, d.Modules())
		}
		a, err := d.Module(t.Context(), "example.com/a")
		if err != nil || len(a) != 2 || a[0].ID != "GO-2026-0001" || a[1].Fix("example.com/a", "v1.0.0") != "v1.2.0" {
			t.Errorf("%s has of a %v, %v", name, a, err)
		}
		if none, err := d.Module(t.Context(), "example.com"); err != nil || len(none) > 0 || d.Has("example.com") {
			t.Errorf("%s has of a module without advisories %v, %v", name, none, err)
		}
		if _, err := d.Entry(t.Context(), "GO-2026-0009"); err == nil || !strings.Contains(err.Error(), "there is no advisory GO-2026-0009") {
			t.Errorf("%s: the error is %v", name, err)
		}
		if again := asFile(t, d); !bytes.Equal(must(os.ReadFile(again)), must(os.ReadFile(file))) {
			t.Errorf("%s makes another file", name)
		}
	}
	if d := open(t, file); len(d.Digest) != 64 || !slices.Equal(d.IDs(), []string{"GO-2026-0001", "GO-2026-0002", "GO-2026-0003"}) {
		t.Errorf("the digest is %q, the advisories are %q", d.Digest, d.IDs())
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestDamaged(t *testing.T) {
	good := entry("GO-2026-0001", "2026-01-01T00:00:00Z", "example.com/a", "")
	indexed := func(index string, entries ...string) string {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "index", "modules.json"), index)
		for _, e := range entries {
			write(t, filepath.Join(dir, "ID", "GO-2026-0001.json"), e)
		}
		return dir
	}
	const index = `[{"path":"example.com/a","vulns":[{"id":"GO-2026-0001"}]}]`
	for _, test := range []struct{ name, db, want string }{
		{"there is none", filepath.Join(t.TempDir(), "db"), "no such file"},
		{"an empty directory", t.TempDir(), "it has no advisories"},
		{"an empty index", indexed("[]"), "it has no advisories"},
		{"a truncated index", indexed(index[:20]), "index/modules.json is damaged"},
		{"a name that leads elsewhere", indexed(`[{"path":"a","vulns":[{"id":"../../x"}]}]`), `"../../x" is not the name of an advisory`},
		{"an advisory is missing", indexed(index), "there is no advisory GO-2026-0001"},
		{"an advisory is truncated", indexed(index, good[:30]), "ID/GO-2026-0001.json is damaged"},
		{"an advisory is another", indexed(index, strings.Replace(good, "0001", "0002", 1)), `it says that it is "GO-2026-0002"`},
		{"a scheme that nobody knows", "gopher://example.com", "gopher:// is not known"},
		{"no archive", filepath.Join(loose(t, good), "GO-2026-0001.json"), "it is no zip archive"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := vulndb.Open(t.Context(), test.db, nil)
			if err == nil {
				defer d.Close()
				_, err = d.Module(t.Context(), "example.com/a")
			}
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "vulnerability database "+test.db) {
				t.Errorf("the error is %v, want %q", err, test.want)
			}
		})
	}
	if err := vulndb.Write(io.Discard, nil); err == nil {
		t.Error("a database without advisories is written")
	}
}

// TestHost has what a host can answer.
func TestHost(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer func(http.ResponseWriter)
		want   string
	}{
		{"it is no database", func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) }, "index/modules.json.gz: file does not exist"},
		{"it is ill", func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) }, "the host answers 502 Bad Gateway"},
		{"a page", func(w http.ResponseWriter) { io.WriteString(w, "<html>") }, "index/modules.json.gz: "},
		{"too much", func(w http.ResponseWriter) {
			g, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
			defer g.Close()
			blank := bytes.Repeat([]byte{' '}, 1<<20)
			for range 65 {
				g.Write(blank)
			}
		}, "larger than 64 MB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { test.answer(w) }))
			defer s.Close()
			if _, err := vulndb.Open(t.Context(), s.URL, s.Client()); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want %q", err, test.want)
			}
		})
	}
	s := httptest.NewServer(nil)
	s.Close()
	if _, err := vulndb.Open(t.Context(), s.URL, nil); err == nil || !strings.Contains(err.Error(), "it can't be reached") {
		t.Errorf("the error is %v", err)
	}
}

// Dates of advisories come from the history, but for those that they have themselves.
func TestFromGit(t *testing.T) {
	dir := t.TempDir()
	git := func(at string, args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=n", "-c", "user.email=e"}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE="+at, "GIT_COMMITTER_DATE="+at, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	const never = "0001-01-01T00:00:00Z"
	first := filepath.Join(dir, "data", "osv", "GO-2026-0001.json")
	git("", "init", "-q")
	write(t, first, entry("GO-2026-0001", never, "example.com/a", ""))
	write(t, filepath.Join(dir, "README.md"), "advisories")
	git("2026-01-01T10:00:00+02:00", "add", "-A")
	git("2026-01-01T10:00:00+02:00", "commit", "-qm", "one")
	write(t, first, entry("GO-2026-0001", never, "example.com/a", "1.0.0"))
	dated := strings.Replace(entry("GO-2026-0002", never, "example.com/a", ""), `"affected"`, `"published":"2025-05-05T00:00:00Z","new_field":[1],"affected"`, 1)
	write(t, filepath.Join(dir, "data", "osv", "GO-2026-0002.json"), dated)
	git("2026-03-01T10:00:00Z", "add", "-A")
	git("2026-03-01T10:00:00Z", "commit", "-qm", "two")
	write(t, first, "not committed")

	all, err := vulndb.FromGit(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range all {
		got = append(got, strings.Join([]string{d.Entry.ID, d.Entry.Published.Format(time.RFC3339), d.Entry.Modified.Format(time.RFC3339)}, " "))
	}
	want := []string{"GO-2026-0001 2026-01-01T08:00:00Z 2026-03-01T10:00:00Z", "GO-2026-0002 2025-05-05T00:00:00Z 2026-03-01T10:00:00Z"}
	if !slices.Equal(got, want) {
		t.Errorf("the advisories are %q, want %q", got, want)
	}
	if raw := string(all[1].Raw); !strings.Contains(raw, `"new_field":[1]`) || !strings.Contains(raw, `"modified":"2026-03-01T10:00:00Z"`) {
		t.Errorf("the document is %s", raw)
	}

	shallow := filepath.Join(t.TempDir(), "shallow")
	if out, err := exec.Command("git", "clone", "-q", "--depth=1", "file://"+filepath.ToSlash(dir), shallow).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if _, err := vulndb.FromGit(t.Context(), shallow); err == nil || !strings.Contains(err.Error(), "fetch --unshallow") {
		t.Errorf("of a shallow clone the error is %v", err)
	}
	if _, err := vulndb.FromGit(t.Context(), t.TempDir()); err == nil {
		t.Error("what is no checkout is read")
	}
}

// No file makes Open panic, and what opens has advisories.
func FuzzOpen(f *testing.F) {
	var b bytes.Buffer
	doc := entry("GO-2026-0001", "2026-01-01T00:00:00Z", "example.com/a", "1.0.0")
	var d vulndb.Document
	if err := json.Unmarshal([]byte(doc), &d.Entry); err != nil {
		f.Fatal(err)
	}
	d.Raw = []byte(doc)
	if err := vulndb.Write(&b, []vulndb.Document{d}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, data []byte) {
		name := filepath.Join(t.TempDir(), "db.zip")
		write(t, name, string(data))
		d, err := vulndb.Open(t.Context(), name, nil)
		if err != nil {
			return
		}
		defer d.Close()
		if d.Modules() == 0 {
			t.Error("a database without advisories is open")
		}
		for _, id := range d.IDs() {
			d.Entry(t.Context(), id)
		}
	})
}

// No advisory makes the arithmetic of versions panic, and a fix is none that it concerns.
func FuzzEntry(f *testing.F) {
	f.Add(entry("GO-2026-0001", "2026-01-01T00:00:00Z", "example.com/a", "1.0.0"), "v1.0.0")
	f.Fuzz(func(t *testing.T, text, version string) {
		var d vulndb.Document
		if json.Unmarshal([]byte(text), &d.Entry) != nil {
			return
		}
		for _, a := range d.Entry.Affected {
			if fix := d.Entry.Fix(a.Module.Path, version); fix != "" && d.Entry.Concerns(a.Module.Path, fix) {
				t.Errorf("the fix %s of %s is vulnerable", fix, version)
			}
			a.LatestFix()
		}
	})
}
