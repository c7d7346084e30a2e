package mend

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gomend/gomend/internal/buildctx"
)

// A Cost is the time that looking at packages in a build context took: of all that was done
// at once, added up.
type Cost struct {
	Context string // the platform, with tags

	// Load is what listing packages took, and having compiled what they import. Pass is
	// the first pass: type-checking packages and running the fixers. Settle is all that
	// came of it: checking what fixes make of packages, and looking again.
	Load, Pass, Settle time.Duration
}

// A meter adds up what build contexts cost.
type meter struct {
	mu    sync.Mutex
	costs map[*buildctx.Context]*Cost
}

// A phase picks what time goes to.
type phase func(*Cost) *time.Duration

func loading(c *Cost) *time.Duration  { return &c.Load }
func passing(c *Cost) *time.Duration  { return &c.Pass }
func settling(c *Cost) *time.Duration { return &c.Settle }

// begin begins to measure. The function that it returns ends that.
func (m *meter) begin(c *buildctx.Context, p phase) (end func()) {
	began := time.Now()
	return func() {
		took := time.Since(began)
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.costs == nil {
			m.costs = make(map[*buildctx.Context]*Cost)
		}
		if m.costs[c] == nil {
			m.costs[c] = &Cost{Context: c.String()}
		}
		*p(m.costs[c]) += took
	}
}

// report returns the costs, the configured platform's first.
func (m *meter) report(configured string) []Cost {
	var all []Cost
	for _, c := range slices.SortedFunc(maps.Values(m.costs), func(a, b *Cost) int { return strings.Compare(a.Context, b.Context) }) {
		if c.Context == configured {
			all = slices.Insert(all, 0, *c)
		} else {
			all = append(all, *c)
		}
	}
	return all
}
