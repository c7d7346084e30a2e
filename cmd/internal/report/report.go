// Package report shows the outcome of a run: as text with framed source lines,
// and in the formats that other programs read. There is a file for each format,
// and none knows of flags, terminals or exit codes.
//
// All formats say the same of a run: what was found, what was looked at, and
// what was not. None depends on the time, the machine or the order in which
// packages were analysed.
package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
)

// A Run is the outcome of a run.
type Run struct {
	// Version is gomend's version, as in "v0.1.0".
	Version string

	// Rules are those that were run, [finding.Suppressions] among them.
	// Findings of others, a plugin's, come without a description.
	Rules []*rule.Rule

	// Findings are to be reported, in the order of [finding.Sort].
	Findings []finding.Finding

	// Suppressed are those that a comment, an exclusion or the baseline
	// keeps from being reported.
	Suppressed []finding.Suppressed

	Hidden Hidden

	// Base is the comparison with another revision, if there was one.
	// Findings are then those that are new.
	Base *Base

	Looked Looked

	// Failures are what was asked for and could not be looked at.
	Failures []Failure

	// Skipped are modules that were left out on purpose.
	Skipped []Skipped

	// OtherPlatforms are Go files that none of the platforms includes.
	OtherPlatforms []string

	// Costs are what each rule cost, if that was asked for.
	Costs []Cost

	// Next are command lines that help from here, with what they do.
	Next []Step

	// Read returns the content of a file by the name that findings have.
	Read func(file string) ([]byte, error)
}

// Hidden counts findings that are not reported and not suppressed.
type Hidden struct {
	LessSure  int `json:"less_sure"` // below the confidence that was asked for
	Generated int `json:"generated"` // in generated files
	Off       int `json:"off"`       // of rules that are off or were not asked for
}

// A Base is what became of the findings of another revision.
type Base struct {
	Revision string
	finding.Comparison
}

// Looked says what was looked at.
type Looked struct {
	Modules []Module `json:"modules"`

	// Platforms are GOOS/GOARCH pairs.
	Platforms []string `json:"platforms"`

	// Views are the ways in which the modules were put together: "work" as
	// they are developed, "release" as each ships.
	Views []string `json:"views"`
}

// A Module is a module that was looked at, at least in part.
type Module struct {
	Path     string `json:"path"`
	Dir      string `json:"dir"` // relative to the root of the code base
	Packages int    `json:"packages"`
	Files    int    `json:"files"` // Go files
}

// A Failure is a package, or a whole module, that could not be looked at.
type Failure struct {
	Module  string `json:"module"`
	Package string `json:"package,omitempty"` // empty for a whole module

	// File, Line and Column are where the cause stands, if it is a place.
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`

	// Message is the cause, and names the package or module.
	Message string `json:"message"`

	// Platforms are those on which it failed, if not on all.
	Platforms []string `json:"platforms,omitempty"`
}

// A Skipped is a module that was left out on purpose.
type Skipped struct {
	Dir    string `json:"dir"` // relative to the root of the code base
	Reason string `json:"reason"`
}

// A Cost is the time that an analyzer took in all packages together.
type Cost struct {
	Name     string        `json:"name"`
	Time     time.Duration `json:"nanoseconds"`
	Findings int           `json:"findings"` // before any were hidden
}

// A Step is a command line and what it does.
type Step struct {
	Command string `json:"command"`
	Does    string `json:"does"`
}

// Options are what a format may be told. Each says which formats heed it.
type Options struct {
	// Path returns the name under which a file is shown, relative to where
	// the reader stands: the current folder in a terminal, the root of the
	// repository elsewhere. Nil leaves names as they are. All formats but
	// json and jsonl heed it.
	Path func(file string) string

	// Color and Frames are for text: escape sequences for a terminal, and
	// the source lines below each finding. Without frames every finding is
	// one line.
	Color, Frames bool

	// Limit is for text: if more findings are there, only that many are
	// shown, the surest and most severe, and the rest are counted. Zero
	// shows all. SeeAll is the command line that shows them all.
	Limit  int
	SeeAll string

	// Link is for markdown: it returns the address of a line of a file.
	Link func(file string, line int) string

	// MaxBytes is for markdown: where the document would become larger,
	// the remaining findings are counted instead. Zero is no limit.
	MaxBytes int

	// Category is for sarif: it tells several reports of one commit apart.
	Category string

	// Suppressed is for sarif: it includes suppressed findings, marked as
	// such. GitHub's code scanning would show them like any other.
	Suppressed bool
}

func (o *Options) path(file string) string {
	if o.Path == nil || file == "" {
		return file
	}
	return o.Path(file)
}

// Write writes the run in a format. The same run gives the same bytes.
func Write(w io.Writer, f Format, run *Run, o Options) error {
	switch f {
	case Text:
		return writeText(w, run, o)
	case JSON:
		return writeJSON(w, run)
	case JSONL:
		return writeJSONL(w, run)
	case SARIF:
		return writeSARIF(w, run, o)
	case GitHub:
		return writeGitHub(w, run, o)
	case RDJSONL:
		return writeRDJSONL(w, run, o)
	case Markdown:
		return writeMarkdown(w, run, o)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(Formats()))
}

// Complete reports whether all that was asked for was looked at.
func (r *Run) Complete() bool { return len(r.Failures) == 0 }

// ranked returns the findings with the most severe first, and the surest first
// among these.
func ranked(fs []finding.Finding) []finding.Finding {
	fs = slices.Clone(fs)
	slices.SortStableFunc(fs, func(a, b finding.Finding) int {
		return cmp.Or(
			descending(a.Severity.AtLeast(b.Severity), b.Severity.AtLeast(a.Severity)),
			descending(a.Confidence.AtLeast(b.Confidence), b.Confidence.AtLeast(a.Confidence)),
		)
	})
	return fs
}

// descending returns how a compares with b, given that a is at least b, and b at
// least a.
func descending(a, b bool) int {
	switch {
	case a && !b:
		return -1
	case b && !a:
		return 1
	}
	return 0
}

// A count is how many findings there are of something.
type count struct {
	name string
	n    int
}

// countBy returns the counts of findings by what name says of them, the
// greatest first and then by name.
func countBy(fs []finding.Finding, name func(*finding.Finding) string) []count {
	var counts []count
	index := make(map[string]int)
	for i := range fs {
		key := name(&fs[i])
		at, ok := index[key]
		if !ok {
			at = len(counts)
			index[key] = at
			counts = append(counts, count{name: key})
		}
		counts[at].n++
	}
	slices.SortFunc(counts, func(a, b count) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.name, b.name))
	})
	return counts
}

// oneLine returns text with every run of white space as one space.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// plural returns "1 file" or "2 files".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok {
		return fmt.Sprintf("%d %sies", n, stem)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// and joins words as people do: "a, b and c".
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
