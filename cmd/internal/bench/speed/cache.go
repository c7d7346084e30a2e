package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Caches are build caches of a checkout, none with results of a tool.
type Caches struct {
	Built string // the directory of one that holds what `go build` leaves
	Full  Bench  // with one that holds all that any of the tools has compiled
}

// prepare makes the caches below dir. If base is not empty, it is a directory that
// keeps them from one measurement to the next: filled if it does not exist, and
// copied.
func prepare(ctx context.Context, checkout, dir, base string, list []Tool) (Caches, error) {
	from := base
	if from == "" {
		from = dir
	}
	caches := Caches{Built: filepath.Join(from, builtCache), Full: benchAt(checkout, dir)}
	if _, err := os.Stat(filepath.Join(from, goCache)); errors.Is(err, fs.ErrNotExist) {
		if err := fill(ctx, checkout, from, list); err != nil {
			return Caches{}, err
		}
	}
	if base == "" {
		return caches, nil
	}
	return caches, copyCache(filepath.Join(dir, goCache), filepath.Join(base, goCache))
}

// The names of the caches in their directory.
const (
	goCache    = "go"
	builtCache = "built"
)

// copyCache copies a build cache.
func copyCache(to, from string) error {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return fmt.Errorf("copying the build cache: %w", err)
	}
	return nil
}

// first runs a tool once on a copy of the cache that `go build` left.
func (c Caches) first(ctx context.Context, t Tool) (cost Cost, err error) {
	dir, err := os.MkdirTemp("", "speed")
	if err != nil {
		return Cost{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	bench := benchAt(c.Full.Dir, dir)
	if err := copyCache(filepath.Join(dir, goCache), c.Built); err != nil {
		return Cost{}, err
	}
	return t.run(ctx, bench)
}

// benchAt returns the bench with all its caches below dir.
func benchAt(checkout, dir string) Bench {
	return Bench{Dir: checkout, Env: []string{
		"GOCACHE=" + filepath.Join(dir, goCache),
		"GOLANGCI_LINT_CACHE=" + filepath.Join(dir, "golangci-lint"),
		"STATICCHECK_CACHE=" + filepath.Join(dir, "staticcheck"),
	}}
}

// fill compiles everything that one of the tools lets the go command compile, and
// keeps a copy of the cache as `go build` left it.
// `go vet` and gomend keep their results in the build cache too, so in their
// place an idle vet tool runs; the other tools keep theirs apart, so they run
// themselves, and what they keep is thrown away.
func fill(ctx context.Context, checkout, dir string, list []Tool) error {
	bench := benchAt(checkout, dir)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if _, err := bench.run(ctx, nil, "go", "build", "work"); err != nil {
		return err
	}
	if err := copyCache(filepath.Join(dir, builtCache), filepath.Join(dir, goCache)); err != nil {
		return err
	}
	if _, err := bench.run(ctx, nil, "go", "list", "-export", "-deps", "-test", "work"); err != nil {
		return err
	}
	if _, err := bench.with(roleVariable+"="+idle).run(ctx, nil, "go", "vet", "-vettool="+self, "work"); err != nil {
		return err
	}
	scrap, err := os.MkdirTemp("", "speed")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scrap)
	for _, t := range list {
		if t.OwnCache {
			if _, err := t.run(ctx, bench.with("GOLANGCI_LINT_CACHE="+scrap, "STATICCHECK_CACHE="+scrap)); err != nil {
				return err
			}
		}
	}
	return nil
}
