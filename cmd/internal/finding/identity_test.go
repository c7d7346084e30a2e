package finding_test

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/gomend/gomend/cmd/internal/finding"
)

// leak returns a finding to which the tests make one change each.
func leak() finding.Finding {
	return finding.Finding{
		Rule:     "goroutineleak",
		Kind:     "abandoned-send",
		Message:  `the goroutine blocks for ever on "ch" when fetch returns at line 12`,
		Span:     finding.Span{File: "api/fetch.go", Line: 10, Column: 3},
		Package:  "example.com/shop/api",
		Module:   "example.com/shop",
		Symbol:   "(*Client).fetch.func1",
		LineText: `ch <- result{err: err} // send`,
	}
}

func fingerprint(f finding.Finding) string {
	fs := []finding.Finding{f}
	finding.Identify(fs)
	return fs[0].Fingerprint
}

func TestIdentityOutlives(t *testing.T) {
	for claim, change := range map[string]func(*finding.Finding){
		"lines added above":               func(f *finding.Finding) { f.Line, f.Start = 400, 9000 },
		"a move to another file":          func(f *finding.Finding) { f.File = "api/client.go" },
		"a closure added above":           func(f *finding.Finding) { f.Symbol = "(*Client).fetch.func2" },
		"a closure around it":             func(f *finding.Finding) { f.Symbol = "(*Client).fetch.func2.1" },
		"the type becoming generic":       func(f *finding.Finding) { f.Symbol = "(*Client[K,V]).fetch.func1" },
		"a number in the message":         func(f *finding.Finding) { f.Message = strings.Replace(f.Message, "12", "1,300", 1) },
		"gofmt":                           func(f *finding.Finding) { f.LineText = `ch<-result{ err:  err }` },
		"a comment on the line":           func(f *finding.Finding) { f.LineText += ` //gomend:ignore x why` },
		"the module's next major version": func(f *finding.Finding) { f.Module += "/v2"; f.Package = "example.com/shop/v2/api" },
		"another severity":                func(f *finding.Finding) { f.Severity, f.Confidence = "info", "low" },
		"another platform":                func(f *finding.Finding) { f.Platforms = []string{"windows/amd64"} },
	} {
		f := leak()
		change(&f)
		if got, want := fingerprint(f), fingerprint(leak()); got != want {
			t.Errorf("%s: the fingerprint became %s, it was %s", claim, got, want)
		}
	}
}

func TestIdentityTellsApart(t *testing.T) {
	seen := map[string]string{fingerprint(leak()): "the original"}
	for claim, change := range map[string]func(*finding.Finding){
		"rules":             func(f *finding.Finding) { f.Rule = "deadlock" },
		"kinds":             func(f *finding.Finding) { f.Kind = "unfed-receive" },
		"packages":          func(f *finding.Finding) { f.Package = "example.com/shop/web" },
		"tests and package": func(f *finding.Finding) { f.Package += "_test" },
		"modules":           func(f *finding.Finding) { f.Module, f.Package = "example.com/inn", "example.com/inn/api" },
		"declarations":      func(f *finding.Finding) { f.Symbol = "(*Client).post.func1" },
		"receivers":         func(f *finding.Finding) { f.Symbol = "(*Pool).fetch.func1" },
		"names in messages": func(f *finding.Finding) { f.Message = strings.Replace(f.Message, `"ch"`, `"ch2"`, 1) },
		"source lines":      func(f *finding.Finding) { f.LineText = `ch <- result{}` },
		"string literals":   func(f *finding.Finding) { f.LineText = `ch <- "a b"` },
		"their spacing":     func(f *finding.Finding) { f.LineText = `ch <- "a  b"` },
		"a comment in one":  func(f *finding.Finding) { f.LineText = `ch <- "http://x"` },
		"what follows //":   func(f *finding.Finding) { f.LineText = `ch <- "http://y"` },
	} {
		f := leak()
		change(&f)
		got := fingerprint(f)
		if other, ok := seen[got]; ok {
			t.Errorf("%s and %s have the same fingerprint", claim, other)
		}
		seen[got] = claim
	}
}

func TestVolatilePartsOfMessages(t *testing.T) {
	for _, test := range []struct{ name, a, b string }{
		{"positions", "the receiver is at api/x.go:12:3.", "the receiver is at web/y.go:7:1."},
		{"quoted files", `see "x.go" for`, `see "y.go" for`},
		{"absolute files", "in /home/me/go.mod", "in /builds/17/go.mod"},
		{"windows files", `in C:\src\x`, `in D:\work\y`},
		{"durations", "waits 5s at most", "waits 10s at most"},
		{"versions", "since go1.22 or 1.22.3", "since go1.22 or 1.23"},
		{"big numbers", "holds 500,000 timers", "holds 1_000 timers"},
		{"spacing", "a  b\n\tc", "a b c"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, b := leak(), leak()
			a.Message, b.Message = test.a, test.b
			if fingerprint(a) != fingerprint(b) {
				t.Errorf("%q and %q are told apart", test.a, test.b)
			}
		})
	}
	for _, test := range []struct{ name, a, b string }{
		{"import paths", `calls "net/http".Get`, `calls "net/url".Get`},
		{"digits in names", "lock mu1 is held", "lock mu2 is held"},
		{"fields", `"p.work" is held`, `"q.work" is held`},
		{"names beyond ASCII", "ключ2 is held", "ключ3 is held"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, b := leak(), leak()
			a.Message, b.Message = test.a, test.b
			if fingerprint(a) == fingerprint(b) {
				t.Errorf("%q and %q are not told apart", test.a, test.b)
			}
		})
	}
}

func TestEqualsAreNumberedInFileOrder(t *testing.T) {
	var fs []finding.Finding
	for _, place := range []finding.Span{
		{File: "api/a.go", Line: 3, Column: 9},
		{File: "api/a.go", Line: 20, Column: 1},
		{File: "api/b.go", Line: 1, Column: 1},
	} {
		f := leak()
		f.Span = place
		fs = append(fs, f)
	}
	kin := fingerprint(leak())
	if !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(kin) {
		t.Errorf("fingerprint %q is not 16 hexadecimal digits", kin)
	}
	for range 5 {
		rand.Shuffle(len(fs), func(i, j int) { fs[i], fs[j] = fs[j], fs[i] })
		finding.Identify(fs)
		finding.Sort(fs)
		for i, suffix := range []string{"", ".2", ".3"} {
			if got, want := fs[i].Fingerprint, kin+suffix; got != want {
				t.Errorf("%s:%d has fingerprint %s, want %s", fs[i].File, fs[i].Line, got, want)
			}
			if got := finding.Kin(fs[i].Fingerprint); got != kin {
				t.Errorf("Kin(%s) = %s, want %s", fs[i].Fingerprint, got, kin)
			}
		}
	}
}

func TestFind(t *testing.T) {
	fs := []finding.Finding{
		{Fingerprint: "aaaa111122223333", Span: finding.Span{File: "a.go", Line: 1}},
		{Fingerprint: "aaaa111122223333.2", Span: finding.Span{File: "a.go", Line: 2}},
		{Fingerprint: "bbbb111122223333", Span: finding.Span{File: "b.go", Line: 3}},
	}
	for id, line := range map[string]int{
		"aaaa111122223333":   1, // the first of equals is not ambiguous
		"aaaa111122223333.2": 2,
		"bbbb":               3,
	} {
		if f, err := finding.Find(fs, id); err != nil || f.Line != line {
			t.Errorf("Find(%q) = line %d, %v; want line %d", id, f.Line, err, line)
		}
	}
	for id, want := range map[string]string{
		"aaaa": "a.go:1) or aaaa111122223333.2 (a.go:2",
		"cccc": "no finding has the ID",
		"bbb":  "too short",
	} {
		if _, err := finding.Find(fs, id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Find(%q) fails with %v; want an error with %q", id, err, want)
		}
	}
}

// FuzzIdentify states that no text an analyzer or a source file may hold makes
// an identity impossible, and that identity does not depend on the place.
func FuzzIdentify(f *testing.F) {
	f.Add("message at a.go:1:2", "f.func1", "x := `raw")
	f.Add("\xff12\x00", "]]T[", "'\"/* unclosed")
	f.Fuzz(func(t *testing.T, message, symbol, line string) {
		a := leak()
		a.Message, a.Symbol, a.LineText = message, symbol, line
		b := a
		b.File, b.Line = "elsewhere.go", 99
		if fingerprint(a) != fingerprint(b) || len(fingerprint(a)) != 16 {
			t.Errorf("%+v has fingerprint %q, elsewhere %q", a, fingerprint(a), fingerprint(b))
		}
	})
}
