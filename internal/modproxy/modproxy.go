// Package modproxy packs module directories into a module proxy on the file system,
// so that the go command can use versions that are not released yet.
//
// For the go command to take such versions from there, put [Proxy.URL] first in
// GOPROXY and name the modules in GONOSUMDB: the checksum database does not know
// them. GOPRIVATE will not do, since it bypasses every proxy. Use a module cache
// apart from the user's, in which the versions would stay and pass for the releases
// later.
package modproxy

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/mod/zip"
)

// A Proxy is a directory that is laid out as "go help goproxy" describes.
type Proxy struct {
	dir string
}

// New returns a proxy in the directory.
func New(dir string) (*Proxy, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	return &Proxy{abs}, os.MkdirAll(abs, 0o777)
}

// URL returns the proxy's element of GOPROXY.
func (p *Proxy) URL() string { return FileURL(p.dir) }

// FileURL returns the element of GOPROXY for an absolute directory in the layout of
// a proxy; "cache/download" in the module cache is one.
func FileURL(dir string) string {
	path := filepath.ToSlash(dir)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // before a drive letter
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// Add packs the module in dir as the given version, and returns what it is called
// then. As with the go command, modules below dir, vendored packages and what is no
// regular file are left out, and a module without LICENSE file gets a copy of the
// named license file, the repository's; "" stands for none.
func (p *Proxy) Add(dir, version, license string) (module.Version, error) {
	name := filepath.Join(dir, "go.mod")
	mod, err := os.ReadFile(name)
	if err != nil {
		return module.Version{}, err
	}
	path := modfile.ModulePath(mod)
	if path == "" {
		return module.Version{}, fmt.Errorf("%s: no module line", name)
	}
	m := module.Version{Path: path, Version: version}
	if err := module.Check(path, version); err != nil {
		return m, fmt.Errorf("%s: %w", name, err)
	}
	var packed bytes.Buffer
	if err := pack(&packed, m, dir, license); err != nil {
		return m, fmt.Errorf("packing %s: %w", dir, err)
	}
	return m, p.store(m, mod, packed.Bytes())
}

// pack writes the module's zip file.
func pack(w io.Writer, m module.Version, dir, license string) error {
	checked, err := zip.CheckDir(dir)
	if err != nil {
		return err
	}
	var files []zip.File
	licensed := false
	for _, name := range checked.Valid {
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		f := file{filepath.ToSlash(rel), name}
		licensed = licensed || f.path == "LICENSE"
		files = append(files, f)
	}
	if !licensed && license != "" {
		files = append(files, file{"LICENSE", license})
	}
	return zip.Create(w, m, files)
}

// file is a file to pack under a path.
type file struct{ path, name string }

func (f file) Path() string                 { return f.path }
func (f file) Lstat() (fs.FileInfo, error)  { return os.Lstat(f.name) }
func (f file) Open() (io.ReadCloser, error) { return os.Open(f.name) }

// store writes the files of a version and adds it to the list of versions. That
// comes last: what is listed is complete.
func (p *Proxy) store(m module.Version, mod, packed []byte) error {
	escaped, err := module.EscapePath(m.Path)
	if err != nil {
		return err
	}
	base, err := module.EscapeVersion(m.Version)
	if err != nil {
		return err
	}
	dir := filepath.Join(p.dir, filepath.FromSlash(escaped), "@v")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	// A fixed time, so that packing the same twice gives the same.
	info, err := json.Marshal(map[string]any{"Version": m.Version, "Time": time.Unix(0, 0).UTC()})
	if err != nil {
		return err
	}
	for ext, data := range map[string][]byte{".info": info, ".mod": mod, ".zip": packed} {
		if err := os.WriteFile(filepath.Join(dir, base+ext), data, 0o666); err != nil {
			return err
		}
	}
	list := filepath.Join(dir, "list")
	old, err := os.ReadFile(list)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	versions := append(strings.Fields(string(old)), m.Version)
	slices.SortFunc(versions, func(a, b string) int { return cmp.Or(semver.Compare(a, b), strings.Compare(a, b)) })
	return os.WriteFile(list, []byte(strings.Join(slices.Compact(versions), "\n")+"\n"), 0o666)
}
