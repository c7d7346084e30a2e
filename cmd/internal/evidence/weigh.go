package evidence

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gomend/gomend/cmd/internal/engine"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/profiles/lines"
	"github.com/gomend/gomend/workspace"
)

// Weigh adds to findings what profiles saw at their lines, and at those that belong to
// them: of each metric the most.
func Weigh(w *workspace.Workspace, res *engine.Result, seen *lines.Lines) {
	c := &code{workspace: w}
	for i := range res.Findings {
		f := &res.Findings[i]
		spans := []finding.Span{f.Span}
		for _, r := range f.Related {
			spans = append(spans, r.Span)
		}
		for _, span := range spans {
			for _, weight := range c.weights(span, seen) {
				f.Weights = heavier(f.Weights, weight)
			}
		}
		slices.SortFunc(f.Weights, func(a, b finding.Weight) int {
			return cmp.Or(cmp.Compare(b.Share, a.Share), strings.Compare(a.Metric, b.Metric))
		})
	}
}

// weights returns what profiles saw at a place.
func (c *code) weights(span finding.Span, seen *lines.Lines) []finding.Weight {
	name := absolute(c.workspace.Root, span.File)
	module := c.moduleOf(name)
	if module == nil {
		return nil
	}
	file := engine.Relative(module.Dir, name)
	pkg := module.Path
	if slash := strings.LastIndexByte(file, '/'); slash >= 0 {
		pkg += "/" + file[:slash]
	}
	var all []finding.Weight
	for _, w := range seen.At(pkg, file, span.Line) {
		all = append(all, finding.Weight{
			Metric: string(w.Metric), Unit: w.Unit, Value: w.Value, Share: w.Share,
			File: span.File, Line: span.Line,
		})
	}
	return all
}

// heavier returns the weights with one more, of which those of its metric keep the
// greatest.
func heavier(all []finding.Weight, more finding.Weight) []finding.Weight {
	i := slices.IndexFunc(all, func(w finding.Weight) bool { return w.Metric == more.Metric })
	switch {
	case i < 0:
		return append(all, more)
	case all[i].Value < more.Value:
		all[i] = more
	}
	return all
}

// ByWeight sorts findings by the greatest share of anything that profiles saw at their
// lines. What they did not see stays in its order, behind.
func ByWeight(fs []finding.Finding) {
	share := func(f finding.Finding) float64 {
		if len(f.Weights) == 0 {
			return 0
		}
		return f.Weights[0].Share
	}
	slices.SortStableFunc(fs, func(a, b finding.Finding) int { return cmp.Compare(share(b), share(a)) })
}
