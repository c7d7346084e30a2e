package vulndb

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

// whole asks a host for all advisories in one archive, vulndb.zip. It returns nil if there
// is none.
func (d *Database) whole(ctx context.Context, h *host) ([]Document, error) {
	body, err := h.get(ctx, "vulndb.zip")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("vulnerability database %s: %w", d.Name, err)
	}
	defer body.Close()
	data, err := readBounded(body)
	if err != nil {
		return nil, fmt.Errorf("vulnerability database %s: vulndb.zip: %w", d.Name, err)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("vulnerability database %s: vulndb.zip: %w", d.Name, err)
	}
	var all []Document
	missing := make(map[string]bool)
	for _, id := range d.IDs() {
		missing[id] = true
	}
	for _, f := range z.File {
		if path.Dir(f.Name) != "ID" || path.Ext(f.Name) != ".json" {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		data, err := readBounded(r)
		r.Close()
		if err != nil {
			return nil, fmt.Errorf("vulnerability database %s: vulndb.zip: %s: %w", d.Name, f.Name, err)
		}
		one, err := parse(f.Name, data)
		if err != nil {
			return nil, fmt.Errorf("vulnerability database %s: vulndb.zip: %w", d.Name, err)
		}
		delete(missing, one.Entry.ID)
		all = append(all, *one)
	}
	for id := range missing {
		return nil, fmt.Errorf("vulnerability database %s: vulndb.zip has not all that the index has: %s is not in it; try again", d.Name, id)
	}
	return all, nil
}
