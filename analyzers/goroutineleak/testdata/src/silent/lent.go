package silent

import (
	"context"
	"io/fs"
	"path/filepath"
)

// countedLent receives as many as are sent, of which it sees one.
func countedLent(root string) int {
	sizes := make(chan int)
	go func() {
		filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			sizes <- len(path)
			return filepath.SkipAll
		})
		sizes <- 1
	}()
	return <-sizes + <-sizes
}

// servedInside is received from by the function that walks.
func servedInside(root string) {
	permits := make(chan int)
	go func() { permits <- 1 }()
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		<-permits
		return filepath.SkipAll
	})
}

// closedInside is closed by the function that walks.
func closedInside(root string) {
	done := make(chan int)
	go func() { <-done }()
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		close(done)
		return filepath.SkipAll
	})
}

// passedOnLent gives the function that walks something to give away.
func passedOnLent(root string, keep func(chan int)) {
	work := make(chan int)
	go func() { work <- 1 }()
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		keep(work)
		return filepath.SkipAll
	})
}

// watchedLent ends with the context that both sides watch.
func watchedLent(ctx context.Context, root string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	paths := make(chan string)
	go func() {
		defer close(paths)
		filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			select {
			case paths <- path:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	for path := range paths {
		if path == "" {
			return fs.ErrInvalid
		}
	}
	return nil
}

// madeAnew makes the channel that the callback sends on another one.
func madeAnew(root string) {
	var paths chan string
	visit := func(path string, d fs.DirEntry, err error) error {
		paths <- path
		return filepath.SkipAll
	}
	paths = make(chan string)
	go filepath.WalkDir(root, visit)
	<-paths
	paths = make(chan string)
	go func() { <-paths }()
	filepath.WalkDir(root, visit)
}
