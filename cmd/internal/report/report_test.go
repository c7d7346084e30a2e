package report_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/txtar"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// code is the code base of testdata/src.txtar.
type code map[string]string

func readCode(t *testing.T) code {
	t.Helper()
	ar, err := txtar.ParseFile("testdata/src.txtar")
	if err != nil {
		t.Fatal(err)
	}
	c := make(code)
	for _, f := range ar.Files {
		c[f.Name] = string(f.Data)
	}
	c["win/crlf.go"] = "package win\r\n\r\nvar x = 1\x1b[31m\r\n"
	return c
}

func (c code) read(file string) ([]byte, error) {
	text, ok := c[file]
	if !ok {
		return nil, fmt.Errorf("%s: %w", file, fs.ErrNotExist)
	}
	return []byte(text), nil
}

// span returns the place of the n-th occurrence, from 1, of text in a file.
func (c code) span(file, text string, n int) finding.Span {
	start := -1
	for range n {
		i := strings.Index(c[file][start+1:], text)
		if i < 0 {
			panic(text + " is not in " + file)
		}
		start += i + 1
	}
	end := start + len(text)
	line, column := c.position(file, start)
	endLine, endColumn := c.position(file, end)
	return finding.Span{
		File: file, Start: start, End: end,
		Line: line, Column: column, EndLine: endLine, EndColumn: endColumn,
	}
}

func (c code) position(file string, offset int) (line, column int) {
	before := c[file][:offset]
	return strings.Count(before, "\n") + 1, offset - strings.LastIndexByte(before, '\n')
}

func (c code) replace(file, text, by string) finding.Edit {
	s := c.span(file, text, 1)
	return finding.Edit{File: file, Start: s.Start, End: s.End, New: by}
}

func rules() []*rule.Rule {
	return []*rule.Rule{
		finding.Suppressions(),
		{
			Analyzer: &analysis.Analyzer{Name: "goroutineleak"},
			Title:    "A goroutine that never ends",
			Page:     "# goroutineleak\n\nA goroutine that *blocks* for ever is never collected.\n",
			Kinds: []rule.Kind{{
				Name: "abandoned-send", Summary: "A send whose receiver may have returned.",
				Confidence: rule.High, Severity: rule.Error, Fix: rule.Safe,
			}},
		},
		{
			Analyzer: &analysis.Analyzer{Name: "timerleak"},
			Title:    "Timers that pile up",
			Page:     "# timerleak\n\nThey are freed when they fire.\n",
			Kinds: []rule.Kind{{
				Name: "after-in-loop", Summary: "time.After in a loop.",
				Confidence: rule.High, Severity: rule.Warning, Fix: rule.Proven, When: rule.OldTimers,
			}},
		},
		{
			Analyzer: &analysis.Analyzer{Name: "deadlock"},
			Title:    "Locks that are never released",
			Kinds: []rule.Kind{{
				Name: "order", Summary: "Two locks that are taken in both orders.",
				Confidence: rule.Medium, Severity: rule.Error,
			}},
		},
	}
}

// everything returns a run in which everything happens that a report can show.
func everything(t *testing.T) *report.Run {
	c := readCode(t)
	const page = "https://example.com/rules/"
	findings := []finding.Finding{
		{
			Rule: "goroutineleak", Kind: "abandoned-send", Severity: rule.Error, Confidence: rule.High,
			Message: "the goroutine blocks for ever on ch when fetch returns at ctx.Done()",
			Span:    c.span("api/server.go", "ch <- v", 1),
			Package: "example.com/shop/api", Module: "example.com/shop", Symbol: "(*Server).fetch.func1",
			LineText: "ch <- v",
			Evidence: []finding.Evidence{
				{Kind: "proven", Package: "example.com/shop/api", Goroutines: 3, Tests: []string{"TestFetch/late", "TestPoll"}},
				{Kind: "growing", Package: "example.com/shop/cmd/api", Goroutines: 1},
			},
			Weights: []finding.Weight{
				{Metric: "goroutine", Unit: "count", Value: 31204, Share: 0.93, File: "api/server.go", Line: 18},
				{Metric: "inuse_space", Unit: "bytes", Value: 127 << 20, Share: 0.4, File: "api/server.go", Line: 12},
				{Metric: "cpu", Unit: "nanoseconds", Value: 1e9, Share: 0.01, File: "api/server.go", Line: 12},
			},
			Related: []finding.Related{{
				Span:    c.span("api/server.go", "return 0, ctx.Err()", 1),
				Message: "after this return nobody receives",
			}},
			Fixes: []finding.Fix{{
				Message: "give the channel room for one value", Safety: rule.Safe,
				Edits: []finding.Edit{c.replace("api/server.go", "make(chan int)", "make(chan int, 1)")},
			}},
			URL: page + "goroutineleak",
		},
		{
			Rule: "timerleak", Kind: "after-in-loop", Severity: rule.Warning, Confidence: rule.High,
			Message: "time.After starts a timer of duration d in every turn of the loop",
			Span:    c.span("api/server.go", "time.After(d)", 1),
			Package: "example.com/shop/api", Module: "example.com/shop", Symbol: "(*Server).poll",
			LineText: "case <-time.After(d):",
			When:     rule.OldTimers, Mains: []string{"example.com/shop/cmd/api"},
			Platforms: []string{"linux/amd64", "windows/amd64"},
			Fixes: []finding.Fix{{
				Message: "stop the timer in every turn", Safety: rule.Unsafe,
				Edits: []finding.Edit{
					c.replace("api/server.go", "	for {\n", "	timer := time.NewTimer(d)\n	for {\n"),
					c.replace("api/server.go", "time.After(d)", "timer.C"),
				},
			}},
			URL: page + "timerleak",
		},
		{
			Rule: "acme.nonames", Severity: rule.Info, Confidence: rule.High,
			Message: "do not | say `*names*`, <b>or</b> 100%:\nnever",
			Span:    c.span("api/server.go", `"世界 🌍"`, 1),
			Package: "example.com/shop/api", Module: "example.com/shop",
			LineText: `case msg := <-s.in: s.say("世界 🌍", msg)`,
		},
		{
			Rule: "goroutineleak", Kind: "abandoned-send", Severity: rule.Info, Confidence: rule.Low,
			Message: "the buffer is put back when Render returns, and its bytes are used after that",
			Span:    c.span("pool/pool.go", "defer put(\n\t\tbuf,\n\t\tname,\n\t)", 1),
			Package: "example.com/shop/pool", Module: "example.com/shop", Symbol: "Render",
			LineText: "defer put(",
		},
		{
			Rule: "deadlock", Kind: "order", Severity: rule.Error, Confidence: rule.Medium,
			Message: "b.mu is locked while a.mu is held, and elsewhere the other way round",
			Span:    c.span("pool/pool.go", "b.mu.Lock()", 1),
			Package: "example.com/shop/pool", Module: "example.com/shop", Symbol: "both",
			LineText: "b.mu.Lock()",
			Related: []finding.Related{
				{Span: c.span("pool/pool.go", "a.mu.Lock()", 1), Message: "a.mu is locked here"},
				{Span: finding.Span{File: "gone.go", Line: 7, Column: 2}, Message: "the other order"},
			},
		},
		{
			Rule: "timerleak", Kind: "after-in-loop", Severity: rule.Warning, Confidence: rule.High, Generated: true,
			Message: "the ticker is never stopped",
			Span:    c.span("gen/api.pb.go", `time.Tick(1)`, 1),
			Package: "example.com/shop/gen", Module: "example.com/shop", Symbol: "odd",
			LineText: "func odd()",
		},
		{
			Rule: "suppression", Kind: "expired", Severity: rule.Warning, Confidence: rule.High,
			Message: "this exclusion ended on 2026-01-01: mend what it hid, or give it a later date",
			Span:    finding.Span{File: "gomend.yaml", Line: 7, Column: 1},
		},
		{
			Rule: "timerleak", Kind: "after-in-loop", Severity: rule.Warning, Confidence: rule.High,
			Message: "a line with carriage return and an escape",
			Span:    c.span("win/crlf.go", "x = 1\x1b[31m", 1),
			Package: "example.com/win", Module: "example.com/win",
			LineText: "var x = 1",
		},
	}
	finding.Sort(findings)
	finding.Identify(findings)

	known := findings[0]
	known.Message, known.Line, known.Symbol = "known before", 13, "old"
	return &report.Run{
		Version:  "v0.1.0",
		Rules:    rules(),
		Findings: findings,
		Suppressed: []finding.Suppressed{
			{Finding: known, By: finding.Silence{Source: finding.FromBaseline}},
			{Finding: known, By: finding.Silence{
				Source: finding.FromComment, Reason: "ends with the process", Until: "2027-01-31", File: "api/server.go", Line: 12,
			}},
		},
		Hidden: report.Hidden{LessSure: 3, Generated: 2, Off: 1},
		Looked: report.Looked{
			Modules: []report.Module{
				{Path: "example.com/shop", Dir: ".", Packages: 4, Files: 17},
				{Path: "example.com/win", Dir: "win", Packages: 1, Files: 1},
			},
			Platforms: []string{"linux/amd64", "windows/amd64"},
			Views:     []string{"work", "release"},
		},
		Failures: []report.Failure{
			{
				Module: "example.com/shop", Package: "example.com/shop/web", File: "web/web.go", Line: 3, Column: 8,
				Message: "example.com/shop/web was not checked: undefined: serve", Platforms: []string{"windows/amd64"},
			},
			{Module: "example.com/gone", Message: "module example.com/gone was not checked: no go.mod"},
		},
		Skipped:        []report.Skipped{{Dir: "third_party/old", Reason: "a module below vendor or testdata"}},
		OtherPlatforms: []string{"api/x_plan9.go"},
		Costs: []report.Cost{
			{Name: "goroutineleak", Time: 1234567 * time.Microsecond, Findings: 2},
			{Name: "timerleak", Time: 1500 * time.Microsecond, Findings: 1},
		},
		Next: []report.Step{
			{Command: "gomend explain goroutineleak/abandoned-send", Does: "says why this takes services down"},
			{Command: "gomend check --diff", Does: "shows the fixes"},
		},
		Read: c.read,
	}
}

// withBase returns the run as a comparison with another revision.
func withBase(t *testing.T) *report.Run {
	run := everything(t)
	all := run.Findings
	run.Findings = all[:1]
	run.Base = &report.Base{Revision: "origin/main", Comparison: finding.Comparison{
		New:       all[:1],
		Fixed:     all[1:3],
		Moved:     []finding.Move{{From: all[3], To: all[4]}},
		Unchanged: all[5:],
	}}
	return run
}

func empty() *report.Run {
	return &report.Run{
		Version: "v0.1.0",
		Looked: report.Looked{
			Modules:   []report.Module{{Path: "example.com/shop", Dir: ".", Packages: 1, Files: 1}},
			Platforms: []string{"linux/amd64"},
			Views:     []string{"work"},
		},
	}
}

// TestGolden compares each format's report of the same runs with a file in
// testdata/golden. Read these to see what a user gets.
func TestGolden(t *testing.T) {
	all, base, none := everything(t), withBase(t), empty()
	below := report.Options{Path: func(file string) string { return "services/" + file }}
	write := func(f report.Format, run *report.Run, o report.Options) []byte {
		var buf bytes.Buffer
		if err := report.Write(&buf, f, run, o); err != nil {
			t.Fatal(err)
		}
		return buf.Bytes()
	}
	summary := func(run *report.Run, o report.Options) []byte {
		var buf bytes.Buffer
		if err := report.Summary(&buf, run, o); err != nil {
			t.Fatal(err)
		}
		return buf.Bytes()
	}
	link := func(file string, line int) string { return fmt.Sprintf("https://example.com/blob/%s#L%d", file, line) }

	for name, got := range map[string][]byte{
		"lines.txt":         write(report.Text, all, report.Options{}),
		"frames.txt":        write(report.Text, all, report.Options{Frames: true}),
		"color.txt":         write(report.Text, all, report.Options{Frames: true, Color: true}),
		"limit.txt":         write(report.Text, all, report.Options{Limit: 2, SeeAll: "gomend check | less"}),
		"empty.txt":         write(report.Text, none, report.Options{}),
		"summary.txt":       summary(all, report.Options{}),
		"summary-base.txt":  summary(base, report.Options{}),
		"summary-empty.txt": summary(none, report.Options{}),
		"report.json":       write(report.JSON, all, report.Options{}),
		"base.json":         write(report.JSON, base, report.Options{}),
		"empty.json":        write(report.JSON, none, report.Options{}),
		"report.jsonl":      write(report.JSONL, all, report.Options{}),
		"base.jsonl":        write(report.JSONL, base, report.Options{}),
		"report.sarif":      write(report.SARIF, all, report.Options{Path: below.Path, Category: "gomend/check"}),
		"suppressed.sarif":  write(report.SARIF, all, report.Options{Suppressed: true}),
		"base.sarif":        write(report.SARIF, base, report.Options{}),
		"empty.sarif":       write(report.SARIF, none, report.Options{}),
		"github.txt":        write(report.GitHub, all, below),
		"report.rdjsonl":    write(report.RDJSONL, all, below),
		"report.md":         write(report.Markdown, all, report.Options{Link: link}),
		"base.md":           write(report.Markdown, base, report.Options{}),
		"empty.md":          write(report.Markdown, none, report.Options{}),
	} {
		file := filepath.Join("testdata/golden", name)
		if *update {
			if err := os.WriteFile(file, got, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s differs (%v): run go test ./internal/report -update and read the difference\ngot:\n%s", file, err, got)
		}
	}
}

// A report must not depend on the sources: without them it is shorter.
func TestReportsWithoutSources(t *testing.T) {
	run := everything(t)
	run.Read = func(string) ([]byte, error) { return nil, errors.New("gone") }
	for _, f := range report.Formats() {
		var buf bytes.Buffer
		if err := report.Write(&buf, f, run, report.Options{Frames: true}); err != nil {
			t.Errorf("%s: %v", f, err)
		}
		for _, fd := range run.Findings {
			first, _, _ := strings.Cut(fd.Message, " ")
			if !strings.Contains(buf.String(), first) {
				t.Errorf("%s does not show %q", f, fd.Message)
			}
		}
	}
}
