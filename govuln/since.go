package govuln

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/gomend/gomend/workspace"
)

// An Origin is what has brought a finding.
type Origin string

// The origins.
const (
	// ByChange means that the code did not have it before the change, or not as near.
	ByChange Origin = "change"
	// ByDatabase means that the code had it before, and that the advisory was published
	// since.
	ByDatabase Origin = "database"
	// Carried means that it was there and known before.
	Carried Origin = "carried"
)

// A Comparison is what became of findings since a revision.
type Comparison struct {
	// Commit is the hash of the commit that was compared with, and Time when it was made.
	Commit string
	Time   time.Time

	// Origins are those of the findings now.
	Origins map[*Finding]Origin

	// Fixed are the findings of then that there are no more; their modules are those of
	// then.
	Fixed []*Finding

	// Failures are the modules that could not be looked at as they were then. What is found
	// in them counts as new.
	Failures []Failure
}

// Since compares what was found with what is found, by the same databases, in the code base as
// it was at a revision: at the commit from which HEAD and the revision have parted, so that
// what others changed there does not count. The code base need not have existed then.
func Since(ctx context.Context, cfg workspace.Config, revision string, o Options, head *Result) (*Comparison, error) {
	c, err := since(ctx, cfg, revision, o, head)
	if err != nil {
		return nil, fmt.Errorf("comparing vulnerabilities with %s: %w", revision, err)
	}
	return c, nil
}

func since(ctx context.Context, cfg workspace.Config, revision string, o Options, head *Result) (*Comparison, error) {
	past, err := workspace.OpenPast(ctx, head.Code, cfg, revision)
	if err != nil {
		return nil, err
	}
	defer past.Close()
	base, err := scanBase(ctx, past.Config, o)
	if err != nil {
		return nil, err
	}
	c := &Comparison{Commit: past.Commit, Time: past.Time, Origins: make(map[*Finding]Origin)}
	c.compare(base, head)
	return c, nil
}

// scanBase scans what the code base was. Patterns that named nothing then are left out.
func scanBase(ctx context.Context, cfg workspace.Config, o Options) (*Result, error) {
	asked := len(o.Patterns) > 0
	for {
		r, err := Scan(ctx, cfg, o)
		if none, ok := errors.AsType[*workspace.NoMatchError](err); ok {
			o.Patterns = slices.DeleteFunc(slices.Clone(o.Patterns), func(p string) bool { return p == none.Pattern })
			if asked && len(o.Patterns) == 0 {
				return new(Result), nil
			}
			continue
		}
		if _, none := errors.AsType[*workspace.NoModuleError](err); none || errors.Is(err, fs.ErrNotExist) {
			return new(Result), nil
		}
		return r, err
	}
}

// A place is where an advisory is found, whatever the directory of the module.
type place struct {
	advisory, dependency, module string
	view                         workspace.View
	platform                     Platform
	kind                         Kind
}

func (f *Finding) place() place {
	return place{f.Advisory.ID, f.Dependency, f.Module.Name(), f.View, f.Platform, f.Kind()}
}

func (c *Comparison) compare(base, head *Result) {
	c.Failures = base.Failures
	before := make(map[place]*Finding)
	for _, f := range base.Findings {
		before[f.place()] = f
	}
	for _, f := range head.Findings {
		old := before[f.place()]
		delete(before, f.place())
		switch {
		case old == nil || old.Level < f.Level:
			c.Origins[f] = ByChange
		case f.Advisory.Published.After(c.Time):
			c.Origins[f] = ByDatabase
		default:
			c.Origins[f] = Carried
		}
	}
	for _, f := range base.Findings {
		if before[f.place()] == f {
			c.Fixed = append(c.Fixed, f)
		}
	}
}
