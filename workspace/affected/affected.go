package affected

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/gomend/gomend/workspace"
)

// A Side is a code base before or after a change.
type Side struct {
	// Code is the code base. Nil is one that does not exist on this side.
	Code *workspace.Workspace

	// Config is what Code was opened with.
	Config workspace.Config
}

// Options tell what a change is judged by. The zero value judges by what the files
// and the go command tell.
type Options struct {
	// View is how the modules are resolved; [workspace.Work] if empty.
	View workspace.View

	// Changed are the files that may differ between the sides, relative to the
	// roots of the code bases, with slashes; a renamed one under both names.
	// What is not among them is not read. Nil compares the trees file by file.
	Changed []string

	// Record is what the tests of packages were seen to consult. Of a package that it
	// does not have, only testdata is known.
	Record *Record

	// Inputs are files that packages depend on in ways that are not seen here.
	Inputs []Input

	// Comments makes comments count as code does, as linters and documentation
	// need it. Otherwise a file of which only the text of comments differs is
	// the same: what is built from it is.
	Comments bool

	// Generators makes what //go:generate lines name an input of the package in
	// which they stand: files, and packages given to "go run".
	Generators bool
}

// Packages returns the packages that a change from base to head can reach.
func Packages(ctx context.Context, base, head Side, o Options) (*Result, error) {
	if o.View == "" {
		o.View = workspace.Work
	}
	for _, s := range []Side{base, head} {
		if s.Config.Overlay != "" {
			return nil, fmt.Errorf("what a change affects is told from files on disk, not from an overlay (%s): save the files first", s.Config.Overlay)
		}
	}
	c := &comparison{
		options: o, base: newSnapshot(base), head: newSnapshot(head),
		ignored: make(map[string]ignoredFile), embeds: make(map[string][]string),
	}
	if err := c.compareTrees(); err != nil {
		return nil, err
	}
	if err := c.load(ctx); err != nil {
		return nil, err
	}
	if len(c.changed) > 0 {
		if err := c.judge(ctx); err != nil {
			return nil, err
		}
	}
	return c.result(), nil
}

// A comparison is two sides of a change and what is found out about it.
type comparison struct {
	options    Options
	base, head *snapshot
	build      *buildContext
	alike      bool // the base is known from the head, see loadAlike

	changed []string              // the files that differ, sorted
	differ  map[string]difference // how they do

	pairs    []*pair // sorted by import path
	byPath   map[string][]*pair
	deps     map[dependencyKey]*node
	depDirs  map[string]bool // in which they are in the tree
	compared map[[2]*dependency]*Cause
	sums     []SumChange

	unowned, comments []string
	stale, unrecorded []string // packages, see compareRecord
	// Memories of what was read of files that are the same on both sides.
	ignored map[string]ignoredFile
	embeds  map[string][]string
}

// sides returns the base and the head.
func (c *comparison) sides() [2]*snapshot { return [2]*snapshot{c.base, c.head} }

// load finds the packages of both sides. Where no file differs, there is no need to
// look at the base.
func (c *comparison) load(ctx context.Context) error {
	eg, egCtx := errgroup.WithContext(ctx)
	eg.Go(func() error { return c.head.load(egCtx, c.options.View) })
	apart := c.base.side.Code == nil || slices.ContainsFunc(c.changed, func(rel string) bool { return c.isModuleFile(rel) || isSumFile(rel) })
	if apart && len(c.changed) > 0 {
		eg.Go(func() error { return c.base.load(egCtx, c.options.View) })
	}
	if err := eg.Wait(); err != nil || len(c.changed) == 0 {
		return err
	}
	var err error
	if c.build, err = c.head.buildContext(ctx); err != nil {
		return err
	}
	switch {
	case apart:
		return nil
	case c.head.sound():
		c.alike = true
		return c.loadAlike()
	}
	return c.base.load(ctx, c.options.View)
}

// judge finds what the change does to each package by itself, and what follows.
func (c *comparison) judge(ctx context.Context) error {
	c.match()
	c.comparePackages()
	if err := c.compareModuleFiles(ctx); err != nil {
		return err
	}
	if err := c.link(ctx); err != nil {
		return err
	}
	if err := c.attribute(); err != nil {
		return err
	}
	c.propagate()
	c.compareTrouble()
	c.propagate()
	return c.compareRecord()
}
