package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// prepare returns a bench whose build cache, below dir, holds the export data of
// all packages of the checkout and no tool's results. If base is not empty, it is
// a directory that keeps such a cache from one measurement to the next: filled if
// it does not exist, and copied.
func prepare(ctx context.Context, checkout, dir, base string, list []Tool) (Bench, error) {
	bench := benchAt(checkout, dir)
	if base == "" {
		return bench, fill(ctx, bench, list)
	}
	kept := filepath.Join(base, "go")
	if _, err := os.Stat(kept); errors.Is(err, fs.ErrNotExist) {
		if err := fill(ctx, benchAt(checkout, base), list); err != nil {
			return Bench{}, err
		}
	}
	if err := os.CopyFS(filepath.Join(dir, "go"), os.DirFS(kept)); err != nil {
		return Bench{}, fmt.Errorf("copying the build cache: %w", err)
	}
	return bench, nil
}

// benchAt returns the bench with all its caches below dir.
func benchAt(checkout, dir string) Bench {
	return Bench{Dir: checkout, Env: []string{
		"GOCACHE=" + filepath.Join(dir, "go"),
		"GOLANGCI_LINT_CACHE=" + filepath.Join(dir, "golangci-lint"),
		"STATICCHECK_CACHE=" + filepath.Join(dir, "staticcheck"),
	}}
}

// fill compiles everything that one of the tools lets the go command compile.
// `go vet` and gomend keep their results in the build cache too, so in their
// place an idle vet tool runs; the other tools keep theirs apart, so they run
// themselves, and what they keep is thrown away.
func fill(ctx context.Context, bench Bench, list []Tool) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if _, err := bench.run(ctx, nil, "go", "build", "work"); err != nil {
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
