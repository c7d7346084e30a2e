package report

import "github.com/gomend/gomend/analyzers/rule"

// A paint is a way to write on a terminal.
type paint string

const (
	plainPaint paint = ""
	bold       paint = "1"
	dim        paint = "2"
	red        paint = "31"
	green      paint = "32"
	yellow     paint = "33"
	cyan       paint = "36"
	boldRed    paint = "1;31"
	boldYellow paint = "1;33"
	boldCyan   paint = "1;36"
)

// A brush paints, or does not.
type brush bool

func (b brush) paint(p paint, text string) string {
	if !b || p == plainPaint || text == "" {
		return text
	}
	return "\x1b[" + string(p) + "m" + text + "\x1b[0m"
}

// severityPaint returns the colour of a severity.
func severityPaint(s rule.Severity) paint {
	switch s {
	case rule.Error:
		return boldRed
	case rule.Warning:
		return boldYellow
	}
	return boldCyan
}
