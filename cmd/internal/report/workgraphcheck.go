package report

import (
	"fmt"
	"go/token"
	"io"
	"strings"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/graph"
)

// A GraphCheck is what comes of the rules on what may depend on what.
type GraphCheck struct {
	View workspace.View

	// Root is the absolute path of the code base. JSON names files relative to it.
	Root string

	// Rules counts the rules.
	Rules int

	Violations []GraphViolation
	Unused     []UnusedPattern

	// Failures are the modules that can't be loaded.
	Failures []workspace.Failure
}

// A GraphViolation is a dependency that a rule forbids.
type GraphViolation struct {
	graph.Violation
	At token.Position // of the rule
}

// An UnusedPattern is a pattern of a rule that names nothing.
type UnusedPattern struct {
	Pattern string

	// Folder is the pattern that would name a folder of that name, or "".
	Folder string

	At token.Position
}

// hint says what may be wrong with the pattern.
func (u *UnusedPattern) hint() string {
	if u.Folder != "" {
		return fmt.Sprintf("write %s for the folder", u.Folder)
	}
	return "it may be a slip, or what it named is gone"
}

// WriteGraphCheck writes what comes of the rules in one of the [AnswerFormats].
func WriteGraphCheck(w io.Writer, f Format, c *GraphCheck, o Options) error {
	switch f {
	case Text:
		return writeGraphCheckText(w, c, o)
	case JSON:
		return writeGraphCheckJSON(w, c)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(AnswerFormats()))
}

func writeGraphCheckText(w io.Writer, c *GraphCheck, o Options) error {
	var b strings.Builder
	paint := brush(o.Color).paint
	for i := range c.Violations {
		v := &c.Violations[i]
		verb := "import"
		if v.Rule.Modules {
			verb = "depend on"
		}
		fmt.Fprintf(&b, "%s: %s: %s must not %s %s: %s (%s)\n",
			paint(bold, placeText(v.place(), o)), paint(boldRed, "error"),
			printable(v.Edge.From.Name), verb, printable(v.Edge.To.Name), printable(oneLine(v.Rule.Reason)), placeText(v.At, o))
		for _, pos := range v.Positions[min(1, len(v.Positions)):] {
			fmt.Fprintf(&b, "     also at %s\n", placeText(pos, o))
		}
	}
	for i := range c.Unused {
		u := &c.Unused[i]
		fmt.Fprintf(&b, "%s: %s: the pattern %s names nothing: %s\n",
			paint(bold, placeText(u.At, o)), paint(boldYellow, "warning"), printable(u.Pattern), printable(u.hint()))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// place returns where the dependency is declared first. Where no file could be read it
// is the directory.
func (v *GraphViolation) place() token.Position {
	if len(v.Positions) > 0 {
		return v.Positions[0]
	}
	return token.Position{Filename: v.Edge.From.Dir()}
}

// WriteGraphCheckSummary writes how many rules are broken, in a line.
func WriteGraphCheckSummary(w io.Writer, c *GraphCheck) error {
	text := "no violations"
	if n := len(c.Violations); n > 0 {
		text = plural(n, "violation")
	}
	text += " of " + plural(c.Rules, "rule")
	if n := len(c.Unused); n > 0 {
		text += fmt.Sprintf(", %s of no use", plural(n, "pattern"))
	}
	_, err := fmt.Fprintln(w, text)
	return err
}

// checkDocument is what comes of rules in JSON. Files are relative to the root, with
// slashes.
type checkDocument struct {
	Version    int               `json:"version"`
	View       workspace.View    `json:"view"`
	Complete   bool              `json:"complete"` // nothing failed
	Rules      int               `json:"rules"`
	Violations []violationInJSON `json:"violations"`
	Unused     []unusedInJSON    `json:"unused"`
	Failures   []failureInJSON   `json:"failures"`
}

type violationInJSON struct {
	Of        string           `json:"of"` // modules or packages
	From      string           `json:"from"`
	To        string           `json:"to"`
	Kinds     []graph.Kind     `json:"kinds"`
	Reason    string           `json:"reason"`
	Rule      positionInJSON   `json:"rule"`
	Positions []positionInJSON `json:"positions"`
}

type unusedInJSON struct {
	Pattern  string         `json:"pattern"`
	Position positionInJSON `json:"position"`
}

func writeGraphCheckJSON(w io.Writer, c *GraphCheck) error {
	d := checkDocument{
		Version: graphVersion, View: c.View, Complete: len(c.Failures) == 0, Rules: c.Rules,
		Violations: []violationInJSON{}, Unused: []unusedInJSON{}, Failures: failuresAsJSON(c.Root, c.Failures),
	}
	for i := range c.Violations {
		d.Violations = append(d.Violations, violationAsJSON(c.Root, &c.Violations[i]))
	}
	for _, u := range c.Unused {
		d.Unused = append(d.Unused, unusedInJSON{u.Pattern, positionAsJSON(c.Root, u.At)})
	}
	return encodeGraph(w, d)
}

func violationAsJSON(root string, v *GraphViolation) violationInJSON {
	out := violationInJSON{
		Of: "packages", From: v.Edge.From.Name, To: v.Edge.To.Name, Kinds: v.Edge.Kinds(),
		Reason: v.Rule.Reason, Rule: positionAsJSON(root, v.At), Positions: []positionInJSON{},
	}
	if v.Rule.Modules {
		out.Of = "modules"
	}
	for _, pos := range v.Positions {
		out.Positions = append(out.Positions, positionAsJSON(root, pos))
	}
	return out
}
