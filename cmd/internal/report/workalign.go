package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/gomend/gomend/workspace/align"
	"github.com/gomend/gomend/workspace/verify"
)

// An Align is a change of what modules require, and how it is written.
type Align struct {
	*align.Result
	Quiet bool // tell only what is wrong
	Diff  bool // nothing was written, and the changes were shown
}

// WriteAlign writes what changes, module by module, and to remarks what is worse with the
// changes and what was left alone.
func WriteAlign(w, remarks io.Writer, a *Align) error {
	if !a.Diff {
		if err := a.writeRaised(w); err != nil {
			return err
		}
	}
	var b strings.Builder
	for i := range a.Worse {
		fmt.Fprintf(&b, "worse: %s\n", regressionText(&a.Worse[i]))
	}
	for i := range a.Flaky {
		fmt.Fprintf(&b, "flaky: %s\n", regressionText(&a.Flaky[i]))
	}
	for i := range a.Failures {
		fmt.Fprintf(&b, "left as it is: %s\n", oneLine(a.Failures[i].Error()))
	}
	for _, l := range a.Left {
		fmt.Fprintf(&b, "left out: %s: %s\n", l.What, oneLine(l.Err.Error()))
	}
	switch {
	case len(a.Worse) > 0:
		b.WriteString("nothing was written\n")
	case a.Quiet:
	case len(a.Changes) == 0:
		b.WriteString("nothing to change\n")
	default:
		fmt.Fprintf(&b, "%s: builds and vet findings are as before in both views\n", plural(len(a.Changes), "file"))
	}
	_, err := io.WriteString(remarks, b.String())
	return err
}

func (a *Align) writeRaised(w io.Writer) error {
	var b strings.Builder
	module := ""
	for _, r := range a.Raised {
		if name := r.Name(); name != module {
			module = name
			fmt.Fprintf(&b, "%s\n", name)
		}
		switch {
		case r.From == "":
			fmt.Fprintf(&b, "  %s %s, which is new\n", r.Path, r.To)
		case r.To == "":
			fmt.Fprintf(&b, "  %s %s, which goes\n", r.Path, r.From)
		default:
			fmt.Fprintf(&b, "  %s %s → %s\n", r.Path, r.From, r.To)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// regressionText says what is worse, and where.
func regressionText(r *verify.Regression) string {
	where := r.Package
	if where == "" {
		where = r.Module
	}
	var text string
	switch r.Kind {
	case verify.Load:
		text = fmt.Sprintf("%s does not build any more: %s", where, r.Detail)
	case verify.Gone:
		text = where + " is not there any more"
	case verify.Vet:
		text = fmt.Sprintf("%s: vet says: %s", where, r.Detail)
	case verify.Test:
		text = fmt.Sprintf("%s: %s fails", where, testName(r.Test))
	case verify.Coverage:
		text = fmt.Sprintf("%s loses coverage: %s", where, r.Detail)
	case verify.Skip:
		text = fmt.Sprintf("%s: %s is skipped", where, testName(r.Test))
	default:
		text = fmt.Sprintf("%s: %s is not run any more", where, testName(r.Test))
	}
	with := fmt.Sprintf("view %s", r.View)
	if r.Toolchain != "" {
		with += ", " + r.Toolchain
	}
	return oneLine(fmt.Sprintf("%s (%s)", text, with))
}

func testName(name string) string {
	if name == "" {
		return "the package's tests as a whole"
	}
	return name
}
