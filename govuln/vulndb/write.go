package vulndb

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gomend/gomend/govuln/osv"
)

// A Document is an advisory with the JSON that it stands in, which may say more.
type Document struct {
	Entry osv.Entry
	Raw   []byte
}

// moduleIndex is what index/modules.json has on a module.
type moduleIndex struct {
	Path  string        `json:"path"`
	Vulns []moduleEntry `json:"vulns"`
}

type moduleEntry struct {
	ID       string    `json:"id"`
	Modified time.Time `json:"modified,omitzero"`
	Fixed    string    `json:"fixed,omitempty"`
}

// indexOf returns the index of advisories by module, sorted.
func indexOf(all []Document) []moduleIndex {
	byPath := make(map[string]*moduleIndex)
	for _, d := range all {
		for _, a := range d.Entry.Affected {
			m := byPath[a.Module.Path]
			if m == nil {
				m = &moduleIndex{Path: a.Module.Path}
				byPath[a.Module.Path] = m
			}
			m.Vulns = append(m.Vulns, moduleEntry{d.Entry.ID, d.Entry.Modified, a.LatestFix()})
		}
	}
	var index []moduleIndex
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		m := byPath[path]
		slices.SortStableFunc(m.Vulns, func(a, b moduleEntry) int { return strings.Compare(a.ID, b.ID) })
		index = append(index, *m)
	}
	return index
}

// vulnIndex is what index/vulns.json has on an advisory.
type vulnIndex struct {
	ID       string    `json:"id"`
	Modified time.Time `json:"modified,omitzero"`
	Aliases  []string  `json:"aliases,omitempty"`
}

// Write writes a database as one file. The same advisories make the same file.
func Write(w io.Writer, all []Document) error {
	if len(all) == 0 {
		return errors.New("there are no advisories to write")
	}
	all = slices.SortedFunc(slices.Values(all), func(a, b Document) int { return strings.Compare(a.Entry.ID, b.Entry.ID) })
	var modified time.Time
	var vulns []vulnIndex
	for i, d := range all {
		if i > 0 && all[i-1].Entry.ID == d.Entry.ID {
			return fmt.Errorf("there are two advisories %s", d.Entry.ID)
		}
		if d.Entry.Modified.After(modified) {
			modified = d.Entry.Modified
		}
		vulns = append(vulns, vulnIndex{d.Entry.ID, d.Entry.Modified, d.Entry.Aliases})
	}
	z := zip.NewWriter(w)
	for _, index := range []struct {
		name  string
		value any
	}{
		{"db", struct {
			Modified time.Time `json:"modified"`
		}{modified}},
		{"modules", indexOf(all)},
		{"vulns", vulns},
	} {
		data, err := json.Marshal(index.value)
		if err != nil {
			return err
		}
		if err := writeFile(z, "index/"+index.name+".json", data); err != nil {
			return err
		}
	}
	for _, d := range all {
		if err := writeFile(z, "ID/"+d.Entry.ID+".json", d.Raw); err != nil {
			return err
		}
	}
	return z.Close()
}

func writeFile(z *zip.Writer, name string, data []byte) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// All returns every advisory of the database, sorted by ID.
func (d *Database) All(ctx context.Context) ([]Document, error) {
	if h, ok := d.source.(*host); ok {
		if all, err := d.whole(ctx, h); all != nil || err != nil {
			return all, err
		}
	}
	var all []Document
	for _, id := range d.IDs() {
		data, err := d.source.read(ctx, "ID/"+id)
		if err != nil {
			return nil, fmt.Errorf("vulnerability database %s: %w", d.Name, err)
		}
		one, err := parse(id+".json", data)
		if err != nil {
			return nil, fmt.Errorf("vulnerability database %s: %w", d.Name, err)
		}
		all = append(all, *one)
	}
	return all, nil
}
