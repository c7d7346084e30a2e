// Package memo remembers what was dear to find out, by the content that it was found
// out from.
//
// What is remembered is a help, never the truth: entries that nobody asked for in some
// days are dropped, and the directory may be removed at any time.
package memo

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/cache"
)

// A Memo is a directory of entries. Several processes may use one at a time.
type Memo struct{ entries *cache.Cache }

// Dir returns the directory for what is remembered: what the environment variable
// GOMENDCACHE says, or else "gomend" in the directory for cached data (see
// [os.UserCacheDir]).
func Dir(getenv func(name string) string) (string, error) {
	if dir := getenv("GOMENDCACHE"); dir != "" {
		if !filepath.IsAbs(dir) {
			return "", fmt.Errorf("GOMENDCACHE is not an absolute path: %s", dir)
		}
		return dir, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "gomend"), nil
}

// Open opens a memo in the directory, which is made if it is not there. It drops what
// has not been used for some days.
func Open(dir string) (*Memo, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	entries, err := cache.Open(dir)
	if err != nil {
		return nil, err
	}
	return &Memo{entries}, entries.Trim()
}

// A Key names an entry.
type Key [sha256.Size]byte

// NewKey returns the key for what was found out from the parts. The first tells for
// what purpose, and the form of the entry.
func NewKey(parts ...string) Key {
	h := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(h, "%d %s\n", len(part), part)
	}
	return Key(h.Sum(nil))
}

// Get reads an entry into v, which is a pointer, and reports whether there is one. One
// that can't be read is none.
func (m *Memo) Get(key Key, v any) bool {
	data, _, err := m.entries.GetBytes(cache.ActionID(key))
	return err == nil && json.Unmarshal(data, v) == nil
}

// Put writes an entry.
func (m *Memo) Put(key Key, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return m.entries.PutBytes(cache.ActionID(key), data)
}

// HashFiles returns a digest of the names and contents of files, in whatever order they
// are given.
func HashFiles(names ...string) (string, error) {
	names = slices.Sorted(slices.Values(names))
	h := sha256.New()
	for _, name := range names {
		fmt.Fprintf(h, "%s\n", filepath.Base(name))
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		n, err := io.Copy(h, f)
		f.Close()
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%d\n", n)
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// HashFile returns a digest of a file's content.
func HashFile(name string) (string, error) {
	content, err := os.ReadFile(name)
	return Hash(content), err
}

// Hash returns a digest of a file's content, as [HashFile] does.
func Hash(content []byte) string { return fmt.Sprintf("%x", sha256.Sum256(content)) }
