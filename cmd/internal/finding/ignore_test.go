package finding_test

import (
	"go/format"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/cmd/internal/finding"
)

const never = "//gomend:ignore timerleak/after-in-loop the loop ends with the process\n"

func TestIgnore(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{
			"a statement",
			"package p\n\nfunc f() {\n\tfor {\n\t\twork(1) // HERE\n\t}\n}\n",
			"package p\n\nfunc f() {\n\tfor {\n\t\t" + never + "\t\twork(1) // HERE\n\t}\n}\n",
		},
		{
			"a case",
			"package p\n\nfunc f() {\n\tselect {\n\tcase <-c: // HERE\n\t}\n}\n",
			"package p\n\nfunc f() {\n\tselect {\n\t" + never + "\tcase <-c: // HERE\n\t}\n}\n",
		},
		{
			"a line within a call",
			"package p\n\nvar x = f(\n\ta,\n\tb, // HERE\n)\n",
			"package p\n\nvar x = f(\n\ta,\n\t" + never + "\tb, // HERE\n)\n",
		},
		{
			"a function",
			"package p\n\nfunc f() { // HERE\n}\n",
			"package p\n\n" + never + "func f() { // HERE\n}\n",
		},
		{
			"a documented function",
			"package p\n\n// f works.\nfunc f() { // HERE\n}\n",
			"package p\n\n// f works.\n//\n" + never + "func f() { // HERE\n}\n",
		},
		{
			"a function with a directive",
			"package p\n\n// f works.\n//\n//go:noinline\nfunc f() { // HERE\n}\n",
			"package p\n\n// f works.\n//\n//go:noinline\n" + never + "func f() { // HERE\n}\n",
		},
		{
			"a documented method of an interface",
			"package p\n\ntype i interface {\n\t// m works.\n\tm() // HERE\n}\n",
			"package p\n\ntype i interface {\n\t// m works.\n\t" + never + "\tm() // HERE\n}\n",
		},
		{
			"a documented variable in a group",
			"package p\n\nvar (\n\t// a is.\n\ta = 1 // HERE\n)\n",
			"package p\n\nvar (\n\t// a is.\n\t" + never + "\ta = 1 // HERE\n)\n",
		},
		{
			"a commented statement",
			"package p\n\nfunc f() {\n\t// work\n\twork() // HERE\n}\n",
			"package p\n\nfunc f() {\n\t// work\n\t" + never + "\twork() // HERE\n}\n",
		},
		{
			"carriage returns",
			"package p\r\n\r\nfunc f() {\r\n\twork() // HERE\r\n}\r\n",
			"package p\r\n\r\nfunc f() {\r\n\t" + strings.Replace(never, "\n", "\r\n", 1) + "\twork() // HERE\r\n}\r\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := at(strings.Count(test.src[:strings.Index(test.src, "HERE")], "\n")+1, "timerleak/after-in-loop")
			fix, err := finding.Ignore([]byte(test.src), f, "the loop ends with the process", time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			got := apply(test.src, fix)
			if got != test.want {
				t.Errorf("it becomes\n%s\nwant\n%s", got, test.want)
			}
			formatted, err := format.Source([]byte(got))
			if err != nil {
				t.Fatal(err)
			}
			if want := strings.ReplaceAll(got, "\r\n", "\n"); string(formatted) != want {
				t.Errorf("gofmt changes it to\n%s", formatted)
			}
		})
	}
}

func TestIgnoreWithADate(t *testing.T) {
	until := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
	fix, err := finding.Ignore([]byte("package p\n"), at(1, "timerleak"), " soon replaced ", until)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fix.Edits[0].New, "//gomend:ignore timerleak until=2027-01-31 soon replaced\n"; got != want {
		t.Errorf("inserts %q, want %q", got, want)
	}
}

func TestIgnoreRefuses(t *testing.T) {
	const src = "package p\n\nvar s = `\nraw` + f()\n\n/* a\n*/ var x = 1\n"
	for _, test := range []struct {
		name, reason string
		line         int
		want         string
	}{
		{"no reason", " ", 1, "needs a reason"},
		{"a reason of two lines", "a\nb", 1, "must be one line"},
		{"a reason that reads as a date", "until=2027-01-31 then", 1, "begin it with another word"},
		{"a line that begins in a raw string", "why", 4, "begins within a string or a comment"},
		{"a line that begins in a comment", "why", 7, "begins within a string or a comment"},
		{"a line that is gone", "why", 99, "has no line 99 any more"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := finding.Ignore([]byte(src), at(test.line, "timerleak"), test.reason, time.Time{})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("it fails with %v; want an error with %q", err, test.want)
			}
		})
	}
}
