package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
)

// githubCap is how many annotations of each level GitHub keeps of a step. It
// drops the rest without a word:
// https://docs.github.com/actions/reference/limits#annotations
const githubCap = 10

// writeGitHub writes workflow commands, which become annotations of the changed
// files: as many of each level as GitHub keeps, the most severe and surest
// first, and what could not be looked at before all. The other findings stand
// in the step's log, one a line, and an annotation says how many they are.
func writeGitHub(w io.Writer, run *Run, o Options) error {
	g := github{src: newSources(run), o: o}
	for i := range run.Failures {
		g.failure(&run.Failures[i])
	}
	for _, f := range ranked(run.Findings) {
		g.finding(&f)
	}
	if n := len(g.left); n > 0 {
		g.WriteString(strings.Join(g.left, ""))
		g.command("notice", []property{{"title", "gomend"}}, fmt.Sprintf(
			"%s not annotated, since GitHub keeps %d annotations of a level: the log of this step has the rest, and so have the other formats.",
			plural(n, "more finding"), githubCap))
	}
	_, err := io.WriteString(w, g.String())
	return err
}

type github struct {
	strings.Builder
	src  *sources
	o    Options
	used [3]int   // annotations by level
	left []string // lines for the log
}

// levels are GitHub's, with the number of annotations that findings may use: a
// notice is kept free to say what was left out.
var levels = [...]struct {
	name string
	max  int
}{{"error", githubCap}, {"warning", githubCap}, {"notice", githubCap - 1}}

func levelOf(s rule.Severity) int {
	switch s {
	case rule.Error:
		return 0
	case rule.Warning:
		return 1
	}
	return 2
}

// A property is one of a workflow command.
type property struct{ name, value string }

func (g *github) failure(f *Failure) {
	properties := []property{}
	if f.File != "" {
		properties = append(properties, property{"file", g.o.path(f.File)}, property{"line", fmt.Sprint(max(f.Line, 1))})
	}
	properties = append(properties, property{"title", "gomend could not look at this"})
	g.annotate(0, properties, f.Message, failureText(f, g.o.path))
}

func (g *github) finding(f *finding.Finding) {
	src := g.src.file(f.File)
	span := src.whole(f.Span)
	properties := []property{
		{"file", g.o.path(f.File)},
		{"line", fmt.Sprint(span.Line)},
		{"endLine", fmt.Sprint(span.EndLine)},
	}
	// GitHub refuses columns of an annotation of several lines.
	if span.Line == span.EndLine {
		properties = append(properties,
			property{"col", fmt.Sprint(src.character(span.Line, span.Column))},
			property{"endColumn", fmt.Sprint(src.character(span.Line, span.EndColumn))})
	}
	properties = append(properties, property{"title", "gomend " + f.ID()})

	message := f.Message
	for _, r := range f.Related {
		message += fmt.Sprintf("\n%s:%d: %s", g.o.path(r.File), r.Line, r.Message)
	}
	message += fmt.Sprintf("\n(%s)", strings.Join(particulars(f), "; "))
	g.annotate(levelOf(f.Severity), properties, message,
		fmt.Sprintf("%s:%d:%d: %s: %s (%s)", g.o.path(f.File), span.Line, span.Column, f.Severity, f.Message, f.ID()))
}

// annotate writes an annotation, or keeps the line for the log if there are as
// many as GitHub keeps.
func (g *github) annotate(level int, properties []property, message, line string) {
	if g.used[level] == levels[level].max {
		// "##[" begins a command of the older kind wherever it stands.
		g.left = append(g.left, strings.ReplaceAll(printable(oneLine(line)), "##[", "## [")+"\n")
		return
	}
	g.used[level]++
	g.command(levels[level].name, properties, message)
}

// command writes a workflow command.
func (g *github) command(name string, properties []property, message string) {
	g.WriteString("::" + name)
	for i, p := range properties {
		separator := ","
		if i == 0 {
			separator = " "
		}
		g.WriteString(separator + p.name + "=" + escapeProperty(p.value))
	}
	g.WriteString("::" + escapeData(message) + "\n")
}

func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
