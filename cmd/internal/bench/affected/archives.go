package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/affected"
)

// check compares the archives of a commit with those of its parent, and with what is told.
func (m *measurement) check(ctx context.Context, c commit) error {
	before, err := m.archives(ctx, c.hash+"^")
	if err != nil {
		return err
	}
	after, err := m.archives(ctx, c.hash)
	if err != nil {
		return err
	}
	r, err := m.reached(ctx, c)
	if err != nil {
		return err
	}
	m.checked++
	m.told += len(r.Packages)
	for _, path := range slices.Sorted(maps.Keys(after)) {
		a := after[path]
		if b, ok := before[path]; ok && a == b {
			continue
		}
		m.differ++
		p := r.Why(path)
		if p == nil || p.Effect == affected.Tests && a.build != before[path].build {
			m.missed++
			fmt.Printf("missed by %.12s: %s\n", c.hash, path)
		}
	}
	return nil
}

// The archives of a package are what it is built to, and what its tests are.
type archives struct{ build, tests string }

// archives returns the content IDs of all packages' archives at a commit.
func (m *measurement) archives(ctx context.Context, hash string) (map[string]archives, error) {
	if _, err := git(ctx, m.dir, "checkout", "-q", "-f", "--detach", hash); err != nil {
		return nil, err
	}
	w, err := workspace.Open(ctx, workspace.Config{Dir: m.dir})
	if err != nil {
		return nil, err
	}
	defer w.Close()
	sel, err := w.Load(ctx, workspace.Work, "work")
	if err != nil {
		return nil, err
	}
	all := make(map[string]archives)
	for _, u := range sel.Units {
		args := u.Args()
		if len(args) == 0 {
			continue
		}
		g := gocmd.Go{Dir: u.Dir, Env: u.Env}
		type listed struct{ ImportPath, ForTest, BuildID string }
		flags := []string{"-e", "-test", "-export", "-json=ImportPath,ForTest,BuildID"}
		for l, err := range gocmd.Decode[listed](ctx, g, "list", append(flags, args...)...) {
			if err != nil {
				return nil, err
			}
			// The second half of a build ID is the content's.
			content := l.BuildID[strings.LastIndexByte(l.BuildID, '/')+1:]
			path := l.ForTest
			if path == "" {
				path = strings.TrimSuffix(l.ImportPath, ".test")
			}
			a := all[path]
			if l.ForTest == "" && l.ImportPath == path {
				a.build = content
			} else {
				a.tests += " " + content
			}
			all[path] = a
		}
	}
	return all, nil
}
