package report

import (
	"encoding/json"
	"io"

	"github.com/gomend/gomend/cmd/internal/finding"
)

// schemaVersion is the version of the json and jsonl formats. It changes when a
// field goes or means something else, not when one is added.
const schemaVersion = 1

// document is a run in the json format.
type document struct {
	Version int    `json:"version"`
	Tool    tool   `json:"tool"`
	Base    string `json:"base,omitempty"` // the other revision

	// Complete tells that nothing failed.
	Complete bool `json:"complete"`

	Findings   []finding.Finding    `json:"findings"`
	Suppressed []finding.Suppressed `json:"suppressed"`

	// Fixed, Moved and Unchanged are there if there is a base.
	Fixed     []finding.Finding `json:"fixed,omitempty"`
	Moved     []movedLine       `json:"moved,omitempty"`
	Unchanged int               `json:"unchanged,omitempty"`

	Hidden   Hidden    `json:"hidden"`
	Looked   Looked    `json:"looked_at"`
	Failures []Failure `json:"failures"`
	Skipped  []Skipped `json:"left_out"`

	// OtherPlatforms are files that no platform at hand includes.
	OtherPlatforms []string `json:"other_platforms"`

	Costs []Cost `json:"costs,omitempty"`
}

type tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type movedLine struct {
	From finding.Finding `json:"from"`
	To   finding.Finding `json:"to"`
}

func newDocument(run *Run) *document {
	d := &document{
		Version:        schemaVersion,
		Tool:           tool{"gomend", run.Version},
		Complete:       run.Complete(),
		Findings:       list(run.Findings),
		Suppressed:     list(run.Suppressed),
		Hidden:         run.Hidden,
		Looked:         run.Looked,
		Failures:       list(run.Failures),
		Skipped:        list(run.Skipped),
		OtherPlatforms: list(run.OtherPlatforms),
		Costs:          run.Costs,
	}
	d.Looked.Modules = list(run.Looked.Modules)
	d.Looked.Platforms = list(run.Looked.Platforms)
	d.Looked.Views = list(run.Looked.Views)
	if b := run.Base; b != nil {
		d.Base = b.Revision
		d.Fixed = b.Fixed
		d.Unchanged = len(b.Unchanged)
		for _, m := range b.Moved {
			d.Moved = append(d.Moved, movedLine(m))
		}
	}
	return d
}

// list returns s, or an empty slice for nil, which JSON tells apart.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func writeJSON(w io.Writer, run *Run) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(newDocument(run))
}

// writeJSONL writes a JSON object on each line, with its type in the field
// "type": "finding", "suppressed", "fixed", "moved", "failure", and last, once,
// "summary", by which a reader knows that nothing was cut off.
func writeJSONL(w io.Writer, run *Run) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	d := newDocument(run)
	var lines []any
	for _, f := range d.Findings {
		lines = append(lines, findingLine{"finding", f})
	}
	for _, f := range d.Suppressed {
		lines = append(lines, suppressedLine{"suppressed", f})
	}
	for _, f := range d.Fixed {
		lines = append(lines, findingLine{"fixed", f})
	}
	for _, m := range d.Moved {
		lines = append(lines, moveLine{"moved", m})
	}
	for _, f := range d.Failures {
		lines = append(lines, failureLine{"failure", f})
	}
	lines = append(lines, summaryLine{
		Type: "summary", Version: d.Version, Tool: d.Tool, Base: d.Base, Complete: d.Complete,
		Findings: len(d.Findings), Suppressed: len(d.Suppressed), Fixed: len(d.Fixed), Moved: len(d.Moved),
		Unchanged: d.Unchanged, Failures: len(d.Failures), Hidden: d.Hidden, Looked: d.Looked,
		Skipped: d.Skipped, OtherPlatforms: len(d.OtherPlatforms), Costs: d.Costs,
	})
	for _, line := range lines {
		if err := enc.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

type findingLine struct {
	Type string `json:"type"`
	finding.Finding
}

type suppressedLine struct {
	Type string `json:"type"`
	finding.Suppressed
}

type moveLine struct {
	Type string `json:"type"`
	movedLine
}

type failureLine struct {
	Type string `json:"type"`
	Failure
}

type summaryLine struct {
	Type           string    `json:"type"`
	Version        int       `json:"version"`
	Tool           tool      `json:"tool"`
	Base           string    `json:"base,omitempty"`
	Complete       bool      `json:"complete"`
	Findings       int       `json:"findings"`
	Suppressed     int       `json:"suppressed"`
	Fixed          int       `json:"fixed,omitempty"`
	Moved          int       `json:"moved,omitempty"`
	Unchanged      int       `json:"unchanged,omitempty"`
	Failures       int       `json:"failures"`
	Hidden         Hidden    `json:"hidden"`
	Looked         Looked    `json:"looked_at"`
	Skipped        []Skipped `json:"left_out"`
	OtherPlatforms int       `json:"other_platforms"`
	Costs          []Cost    `json:"costs,omitempty"`
}
