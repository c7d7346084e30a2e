package report

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
)

// writeRDJSONL writes a Diagnostic of the Reviewdog Diagnostic Format on each
// line: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf. Its
// columns count bytes, as ours. What could not be looked at is a diagnostic
// too, so that a review does not look complete when it is not.
func writeRDJSONL(w io.Writer, run *Run, o Options) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	src := newSources(run)
	for i := range run.Failures {
		if err := enc.Encode(rdFailure(&run.Failures[i], o)); err != nil {
			return err
		}
	}
	for i := range run.Findings {
		if err := enc.Encode(rdDiagnosticOf(&run.Findings[i], src, o)); err != nil {
			return err
		}
	}
	return nil
}

type rdDiagnostic struct {
	Message     string         `json:"message"`
	Location    rdLocation     `json:"location"`
	Severity    string         `json:"severity"`
	Source      rdSource       `json:"source"`
	Code        *rdCode        `json:"code,omitempty"`
	Suggestions []rdSuggestion `json:"suggestions,omitempty"`
	Related     []rdRelated    `json:"related_locations,omitempty"`
}

type rdLocation struct {
	Path  string   `json:"path"`
	Range *rdRange `json:"range,omitempty"`
}

type rdRange struct {
	Start rdPosition  `json:"start"`
	End   *rdPosition `json:"end,omitempty"`
}

type rdPosition struct {
	Line   int `json:"line"`
	Column int `json:"column,omitempty"`
}

type rdSource struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type rdCode struct {
	Value string `json:"value"`
	URL   string `json:"url,omitempty"`
}

type rdSuggestion struct {
	Range rdRange `json:"range"`
	Text  string  `json:"text"`
}

type rdRelated struct {
	Message  string     `json:"message"`
	Location rdLocation `json:"location"`
}

// homepage is where gomend is described.
const homepage = "https://github.com/gomend/gomend"

func rdSourceOf() rdSource { return rdSource{"gomend", homepage} }

func rdFailure(f *Failure, o Options) *rdDiagnostic {
	d := &rdDiagnostic{
		Message:  oneLine(f.Message),
		Location: rdLocation{Path: o.path(f.File)},
		Severity: "ERROR",
		Source:   rdSourceOf(),
	}
	if f.Line > 0 {
		d.Location.Range = &rdRange{Start: rdPosition{f.Line, max(f.Column, 1)}}
	}
	return d
}

func rdDiagnosticOf(f *finding.Finding, src *sources, o Options) *rdDiagnostic {
	d := &rdDiagnostic{
		Message:  oneLine(f.Message),
		Location: rdLocationOf(f.Span, src, o),
		Severity: rdSeverity(f.Severity),
		Source:   rdSourceOf(),
		Code:     &rdCode{f.ID(), f.URL},
	}
	for _, fix := range f.Fixes {
		if s, ok := suggestion(f.File, &fix, src); ok {
			d.Suggestions = append(d.Suggestions, s)
		}
	}
	for _, r := range f.Related {
		d.Related = append(d.Related, rdRelated{oneLine(r.Message), rdLocationOf(r.Span, src, o)})
	}
	return d
}

func rdSeverity(s rule.Severity) string {
	if s == "" {
		return "UNKNOWN_SEVERITY"
	}
	return strings.ToUpper(string(s))
}

func rdLocationOf(span finding.Span, src *sources, o Options) rdLocation {
	span = src.file(span.File).whole(span)
	return rdLocation{o.path(span.File), &rdRange{
		Start: rdPosition{span.Line, span.Column},
		End:   &rdPosition{span.EndLine, span.EndColumn},
	}}
}
