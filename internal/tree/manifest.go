package tree

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A manifest tells what a journal is to do. It is a line with the format's version
// and the digest of what follows, which is JSON.
type manifest struct {
	Command string    `json:"command"`
	Began   time.Time `json:"began"`
	Files   []entry   `json:"files"`
	// Dirs are directories that the new files need and that were missing, parents
	// first.
	Dirs []place `json:"dirs,omitempty"`
}

// An entry is a file before and after. One of both may be nil: there is no file.
type entry struct {
	File place    `json:"file"`
	Old  *version `json:"old,omitempty"`
	New  *version `json:"new,omitempty"`
}

// A version is a file's content, and its permissions where they are known.
type version struct {
	Hash digest       `json:"sha256"`
	Perm *fs.FileMode `json:"perm,omitempty"`
}

const (
	manifestFormat  = "gomend-journal "
	manifestVersion = "1 "
)

// encode returns the text of the manifest.
func (m *manifest) encode() ([]byte, error) {
	text, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return nil, err
	}
	text = append(text, '\n')
	head := fmt.Sprintf("%s%s%x\n", manifestFormat, manifestVersion, sha256.Sum256(text))
	return append([]byte(head), text...), nil
}

// decodeManifest reads the text of a manifest. It refuses what no journal of ours
// says: whoever can write one into a tree, as by a commit, must not reach further
// with it than with the files of the tree.
func decodeManifest(data []byte) (*manifest, error) {
	head, text, _ := bytes.Cut(data, []byte("\n"))
	rest, ok := strings.CutPrefix(string(head), manifestFormat)
	if !ok {
		return nil, errors.New("its first line is not that of a journal")
	}
	sum, ok := strings.CutPrefix(rest, manifestVersion)
	if !ok {
		return nil, errors.New("it is of a version that this gomend does not know")
	}
	if sum != fmt.Sprintf("%x", sha256.Sum256(text)) {
		return nil, errors.New("its digest is another")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	m := new(manifest)
	if err := d.Decode(m); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows its end")
	}
	return m, m.check()
}

func (m *manifest) check() error {
	if len(m.Files) == 0 {
		return errors.New("it names no file")
	}
	seen := make(map[place]bool)
	for _, e := range m.Files {
		if err := e.File.check(); err != nil {
			return err
		}
		if seen[e.File] {
			return fmt.Errorf("it names %q twice", e.File)
		}
		seen[e.File] = true
		if e.Old == nil && e.New == nil {
			return fmt.Errorf("it does not say what becomes of %q", e.File)
		}
		for _, v := range []*version{e.Old, e.New} {
			if v != nil && v.Perm != nil && *v.Perm&^fs.ModePerm != 0 {
				return fmt.Errorf("%q has impossible permissions", e.File)
			}
		}
	}
	for _, dir := range m.Dirs {
		if err := dir.check(); err != nil {
			return err
		}
	}
	return nil
}

// A digest is a SHA-256 sum, in hexadecimal as text.
type digest [sha256.Size]byte

func (d digest) MarshalText() ([]byte, error) {
	return hex.AppendEncode(nil, d[:]), nil
}

func (d *digest) UnmarshalText(text []byte) error {
	sum, err := hex.DecodeString(string(text))
	if err != nil || len(sum) != len(d) {
		return fmt.Errorf("%q is no SHA-256 sum", text)
	}
	*d = digest(sum)
	return nil
}

// A place is a file's name relative to the root, with slashes. It need not be UTF-8,
// as JSON must: its text is escaped as in a Go string.
type place string

func (p place) MarshalText() ([]byte, error) {
	quoted := strconv.Quote(string(p))
	return []byte(quoted[1 : len(quoted)-1]), nil
}

func (p *place) UnmarshalText(text []byte) error {
	s, err := strconv.Unquote(`"` + string(text) + `"`)
	if err != nil {
		return fmt.Errorf("%q is no escaped name", text)
	}
	*p = place(s)
	return nil
}

// check returns an error unless the place is one where a change may be: it leads
// neither out of the root nor to what belongs to git or to the journal. Hooks of git
// run without being asked for.
func (p place) check() error {
	s := string(p)
	if s != path.Clean(s) || s == "." || strings.Contains(s, "\x00") || !filepath.IsLocal(filepath.FromSlash(s)) {
		return fmt.Errorf("%q is not the name of a file below the root", s)
	}
	for part := range strings.SplitSeq(s, "/") {
		if strings.EqualFold(part, ".git") || strings.EqualFold(part, folder) {
			return fmt.Errorf("%q belongs to %s, where gomend changes nothing", s, strings.ToLower(part))
		}
	}
	return nil
}
