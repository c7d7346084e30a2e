package vulndb

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"
)

// mostBytes bounds how large a file of a database may be: what a host sends is compressed.
const mostBytes = 64 << 20

// files is a tree of files.
type files struct {
	tree fs.FS
	shut func() error
}

func (f files) read(_ context.Context, name string) ([]byte, error) {
	file, err := f.tree.Open(name + ".json")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := readBounded(file)
	if err != nil {
		return nil, fmt.Errorf("%s.json: %w", name, err)
	}
	return data, nil
}

func (f files) close() error { return f.shut() }

func readBounded(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, mostBytes+1))
	if err == nil && len(data) > mostBytes {
		err = fmt.Errorf("it is larger than %d MB", mostBytes>>20)
	}
	return data, err
}

// loose is a directory of advisories without an index.
type loose struct {
	files
	index []byte
}

func indexLoose(tree fs.FS) (source, error) {
	entries, err := fs.ReadDir(tree, ".")
	if err != nil {
		return nil, err
	}
	var all []Document
	for _, e := range entries {
		if e.IsDir() || path.Ext(e.Name()) != ".json" {
			continue
		}
		data, err := fs.ReadFile(tree, e.Name())
		if err != nil {
			return nil, err
		}
		d, err := parse(e.Name(), data)
		if err != nil {
			return nil, err
		}
		all = append(all, *d)
	}
	index, err := json.Marshal(indexOf(all))
	return &loose{files{tree, func() error { return nil }}, index}, err
}

func (l *loose) read(ctx context.Context, name string) ([]byte, error) {
	if name == "index/modules" {
		return l.index, nil
	}
	return l.files.read(ctx, path.Base(name))
}

// host is a database that is served.
type host struct {
	url    string
	client *http.Client
}

func (h *host) read(ctx context.Context, name string) ([]byte, error) {
	body, err := h.get(ctx, name+".json.gz")
	if err != nil {
		return nil, err
	}
	defer body.Close()
	r, err := gzip.NewReader(body)
	if err != nil {
		return nil, fmt.Errorf("%s.json.gz: %w", name, err)
	}
	data, err := readBounded(r)
	if err != nil {
		return nil, fmt.Errorf("%s.json.gz: %w", name, err)
	}
	return data, nil
}

// get asks for a file.
func (h *host) get(ctx context.Context, name string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+"/"+name, nil)
	if err != nil {
		return nil, err
	}
	resp, err := h.client.Do(req)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return nil, cause
		}
		return nil, fmt.Errorf("it can't be reached (%w): a database of one file needs no network: --db FILE", err)
	}
	switch resp.StatusCode {
	case http.StatusOK:
		return resp.Body, nil
	case http.StatusNotFound, http.StatusGone:
		err = fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	default:
		err = fmt.Errorf("%s: the host answers %s", name, resp.Status)
	}
	return nil, errors.Join(err, resp.Body.Close())
}

func (h *host) close() error { return nil }

// digestOf returns the hexadecimal SHA-256 of a file.
func digestOf(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", hash.Sum(nil)), nil
}

// parse reads an advisory of a file.
func parse(name string, data []byte) (*Document, error) {
	d := &Document{Raw: data}
	if err := json.Unmarshal(data, &d.Entry); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", name, err)
	}
	if want := strings.TrimSuffix(path.Base(name), ".json"); d.Entry.ID != want || !validID(want) {
		return nil, fmt.Errorf("%s is damaged: it says that it is %q", name, d.Entry.ID)
	}
	return d, nil
}
