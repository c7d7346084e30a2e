// Package vulndb reads Go vulnerability databases, and makes them.
//
// A database is a tree of JSON files: index/db.json and index/modules.json say what there
// is, and ID has a file for each advisory (https://go.dev/security/vuln/database#api). It is
// served by a host, as https://vuln.go.dev, lies in a directory, or is one file: a zip
// archive of the tree, which [Write] makes the same for the same advisories.
package vulndb

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/gomend/gomend/govuln/osv"
)

// Default is the Go project's database.
const Default = "https://vuln.go.dev"

// patience is how long a host may take to send a file.
const patience = 5 * time.Minute

// A Database is one that was opened. Its methods may be called concurrently.
type Database struct {
	// Name is what it was opened by.
	Name string

	// Modified is when an advisory of the database was changed for the last time.
	Modified time.Time

	// Digest identifies the content: of a database that is one file, the file's SHA-256,
	// and of others that of their index, which changes with every advisory. It is
	// hexadecimal.
	Digest string

	source source
	ids    map[string][]string // of advisories, by module path
}

// A source has the files of a database.
type source interface {
	// read returns a file of a slash-separated name without the ending ".json".
	read(ctx context.Context, name string) ([]byte, error)
	close() error
}

// Open opens a database: a host by its URL, a directory or a zip archive by its path or as
// file://PATH. A directory may also be one of advisories alone, as data/osv of a checkout
// of golang/vulndb. The client is for hosts; nil is one that waits for five minutes.
func Open(ctx context.Context, name string, client *http.Client) (*Database, error) {
	d := &Database{Name: name}
	if err := d.open(ctx, client); err != nil {
		return nil, fmt.Errorf("vulnerability database %s: %w", name, err)
	}
	return d, nil
}

func (d *Database) open(ctx context.Context, client *http.Client) (err error) {
	if d.source, d.Digest, err = sourceOf(d.Name, client); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			d.source.close()
		}
	}()
	index, err := d.source.read(ctx, "index/modules")
	if err != nil {
		return err
	}
	var modules []moduleIndex
	if err := json.Unmarshal(index, &modules); err != nil {
		return fmt.Errorf("index/modules.json is damaged: %w", err)
	}
	d.ids = make(map[string][]string, len(modules))
	for _, m := range modules {
		for _, v := range m.Vulns {
			if !validID(v.ID) {
				return fmt.Errorf("index/modules.json is damaged: %q is not the name of an advisory", v.ID)
			}
			if !slices.Contains(d.ids[m.Path], v.ID) {
				d.ids[m.Path] = append(d.ids[m.Path], v.ID)
			}
			if v.Modified.After(d.Modified) {
				d.Modified = v.Modified
			}
		}
	}
	if len(d.ids) == 0 {
		return errors.New("it has no advisories: with it everything would seem clean")
	}
	if d.Digest == "" {
		d.Digest = fmt.Sprintf("%x", sha256.Sum256(index))
	}
	return nil
}

// sourceOf returns the source of a name, with the digest of one that is a single file.
func sourceOf(name string, client *http.Client) (source, string, error) {
	path := name
	if u, err := url.Parse(name); err == nil && len(u.Scheme) > 1 {
		switch u.Scheme {
		case "http", "https":
			if client == nil {
				client = &http.Client{Timeout: patience}
			}
			return &host{url: strings.TrimRight(name, "/"), client: client}, "", nil
		case "file":
			path = filepath.FromSlash(u.Path)
		default:
			return nil, "", fmt.Errorf("%s:// is not known: a database is https://HOST, a directory or a file", u.Scheme)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, "", err
	}
	if !info.IsDir() {
		return openArchive(path)
	}
	tree := os.DirFS(path)
	if _, err := fs.Stat(tree, "index/modules.json"); errors.Is(err, fs.ErrNotExist) {
		loose, err := indexLoose(tree)
		return loose, "", err
	}
	return files{tree, func() error { return nil }}, "", nil
}

func openArchive(path string) (source, string, error) {
	digest, err := digestOf(path)
	if err != nil {
		return nil, "", err
	}
	r, err := zip.OpenReader(path)
	if errors.Is(err, zip.ErrFormat) {
		return nil, "", errors.New("it is no zip archive: \"gomend vuln db fetch\" and \"gomend vuln db build\" make databases of one file")
	}
	if err != nil {
		return nil, "", err
	}
	return files{r, r.Close}, digest, nil
}

// Close closes what Open has opened.
func (d *Database) Close() error { return d.source.close() }

// Modules returns how many modules the database has advisories of.
func (d *Database) Modules() int { return len(d.ids) }

// IDs returns the names of all advisories, sorted.
func (d *Database) IDs() []string {
	var all []string
	for _, ids := range d.ids {
		all = append(all, ids...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Has reports whether there are advisories of a module.
func (d *Database) Has(module string) bool { return len(d.ids[module]) > 0 }

// Module returns the advisories of a module, whatever its version is, sorted by ID.
func (d *Database) Module(ctx context.Context, path string) ([]*osv.Entry, error) {
	return d.entries(ctx, slices.Sorted(slices.Values(d.ids[path])))
}

// Entry returns an advisory.
func (d *Database) Entry(ctx context.Context, id string) (*osv.Entry, error) {
	if !validID(id) {
		return nil, fmt.Errorf("vulnerability database %s: %q is not the name of an advisory, such as GO-2021-0113", d.Name, id)
	}
	data, err := d.source.read(ctx, "ID/"+id)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("vulnerability database %s: there is no advisory %s", d.Name, id)
	}
	if err != nil {
		return nil, fmt.Errorf("vulnerability database %s: %w", d.Name, err)
	}
	e := new(osv.Entry)
	if err := json.Unmarshal(data, e); err != nil {
		return nil, fmt.Errorf("vulnerability database %s: ID/%s.json is damaged: %w", d.Name, id, err)
	}
	if e.ID != id {
		return nil, fmt.Errorf("vulnerability database %s: ID/%s.json is damaged: it says that it is %q", d.Name, id, e.ID)
	}
	return e, nil
}

// atOnce is how many advisories are asked for at a time.
const atOnce = 10

func (d *Database) entries(ctx context.Context, ids []string) ([]*osv.Entry, error) {
	all := make([]*osv.Entry, len(ids))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, id := range ids {
		group.Go(func() (err error) {
			all[i], err = d.Entry(ctx, id)
			return err
		})
	}
	return all, group.Wait()
}

// validID reports whether an advisory can have the name: it becomes that of a file.
func validID(id string) bool {
	return id != "" && !strings.HasPrefix(id, ".") && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || 'z' < r) && (r < 'A' || 'Z' < r) && (r < '0' || '9' < r) && r != '-' && r != '_' && r != '.'
	})
}
