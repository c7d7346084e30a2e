package vulndb

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"strings"
	"time"
)

// advisories is where golang/vulndb keeps them.
const advisories = "data/osv"

// FromGit reads the advisories of a checkout of golang/vulndb, at its HEAD. When they were
// published and changed is not in the files there: the history tells, all of which is
// needed.
func FromGit(ctx context.Context, dir string) ([]Document, error) {
	shallow, err := git(ctx, dir, "rev-parse", "--is-shallow-repository")
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(string(shallow)) == "true" {
		return nil, fmt.Errorf("%s has not all of its history, which tells when advisories were published: git -C %s fetch --unshallow", dir, dir)
	}
	times, err := commitTimes(ctx, dir)
	if err != nil {
		return nil, err
	}
	archive, err := git(ctx, dir, "archive", "--format=tar", "HEAD:"+advisories)
	if err != nil {
		return nil, fmt.Errorf("%w; is it a checkout of golang/vulndb?", err)
	}
	var all []Document
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %s at HEAD: %w", dir, advisories, err)
		}
		if path.Ext(h.Name) != ".json" {
			continue
		}
		data, err := readBounded(r)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", dir, h.Name, err)
		}
		d, err := parse(h.Name, data)
		if err != nil {
			return nil, fmt.Errorf("%s: %s/%w", dir, advisories, err)
		}
		if err := d.date(times[h.Name]); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", dir, h.Name, err)
		}
		all = append(all, *d)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: there are no advisories in %s at HEAD", dir, advisories)
	}
	return all, nil
}

// span is when a file was committed first and last.
type span struct{ first, last time.Time }

// date has an advisory say when it was published, if it does not, and changed.
func (d *Document) date(s span) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(d.Raw, &fields); err != nil {
		return err
	}
	d.Entry.Modified = s.last.UTC()
	set := map[string]time.Time{"modified": d.Entry.Modified}
	if d.Entry.Published.Year() <= 1 {
		d.Entry.Published = s.first.UTC()
		set["published"] = d.Entry.Published
	}
	for name, t := range set {
		data, err := json.Marshal(t)
		if err != nil {
			return err
		}
		fields[name] = data
	}
	var err error
	d.Raw, err = json.Marshal(fields)
	return err
}

// commitTimes returns when the advisories were committed, by the names of their files.
func commitTimes(ctx context.Context, dir string) (map[string]span, error) {
	out, err := git(ctx, dir, "log", "--format=%x00%cI", "--name-only", "--no-renames", "HEAD", "--", advisories)
	if err != nil {
		return nil, err
	}
	times := make(map[string]span)
	var at time.Time
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		line := lines.Text()
		if stamp, ok := strings.CutPrefix(line, "\x00"); ok {
			if at, err = time.Parse(time.RFC3339, stamp); err != nil {
				return nil, fmt.Errorf("git log: %w", err)
			}
			continue
		}
		if line == "" {
			continue
		}
		name := path.Base(line)
		s, ok := times[name]
		if !ok || at.After(s.last) {
			s.last = at
		}
		if !ok || at.Before(s.first) {
			s.first = at
		}
		times[name] = s
	}
	return times, lines.Err()
}

// git runs git in a directory.
func git(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", dir}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err == nil {
		return out, nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause
	}
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("git is needed to read a checkout, and was not found")
	}
	return nil, fmt.Errorf("git %s in %s: %s", args[0], dir, strings.TrimSpace(stderr.String()))
}
