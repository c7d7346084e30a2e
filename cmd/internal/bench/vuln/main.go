// Vuln measures `gomend vuln` beside govulncheck on checkouts:
//
//	vuln -gomend PROGRAM -db DIRECTORY -checkouts DIR [-only NAMES]
//
// Each folder of DIR is a code base. gomend looks at all of its modules in both views, with
// nothing remembered; govulncheck runs in each module and view. It prints a table of what
// that takes, and of what is called: what govulncheck calls and gomend does not must be of
// an advisory that names no functions or is for other platforms. Anything else is named, and
// makes the exit code 1.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/cmd/internal/bench/cpu"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("vuln: ")
	var b bench
	flag.StringVar(&b.gomend, "gomend", "", "the `program`")
	flag.StringVar(&b.db, "db", "", "the `directory` of a vulnerability database, which govulncheck can read, too")
	checkouts := flag.String("checkouts", "", "the `directory` of the code bases")
	only := flag.String("only", "", "look at these folders alone, a comma-separated `list`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := b.run(ctx, *checkouts, *only); err != nil {
		log.Fatal(err)
	}
}

// A bench measures code bases one after the other.
type bench struct {
	gomend, db, govulncheck string
	scratch                 string
}

func (b *bench) run(ctx context.Context, checkouts, only string) (err error) {
	if b.gomend == "" || b.db == "" || checkouts == "" {
		return errors.New("-gomend, -db and -checkouts are needed")
	}
	for _, name := range []*string{&b.gomend, &b.db, &checkouts} {
		if *name, err = filepath.Abs(*name); err != nil {
			return err
		}
	}
	if b.scratch, err = os.MkdirTemp("", "bench-vuln-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.scratch)
	b.govulncheck = filepath.Join(b.scratch, "govulncheck")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", b.govulncheck, "golang.org/x/vuln/cmd/govulncheck").CombinedOutput(); err != nil {
		return fmt.Errorf("building govulncheck: %w\n%s", err, out)
	}
	entries, err := os.ReadDir(checkouts)
	if err != nil {
		return err
	}
	fmt.Println("| Code base | Modules | Loaded | CPU s | CPU s, a second time | govulncheck | Ratio | Peak MB | govulncheck | Called | Both | No functions named | Other platforms | gomend alone | govulncheck alone |")
	fmt.Println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
	bad := 0
	for _, e := range entries {
		if !e.IsDir() || only != "" && !slices.Contains(strings.Split(only, ","), e.Name()) {
			continue
		}
		m, err := b.measure(ctx, filepath.Join(checkouts, e.Name()))
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			bad++
			fmt.Printf("| %s | %v |\n", e.Name(), err)
			continue
		}
		fmt.Println(m.row(e.Name()))
		for _, text := range m.notes {
			log.Printf("%s: %s", e.Name(), text)
		}
		if m.missed > 0 {
			bad++
		}
	}
	if bad > 0 {
		return fmt.Errorf("of %d code bases something is missed, or they were not measured", bad)
	}
	return nil
}

// A measurement is what was seen of a code base.
type measurement struct {
	modules, loaded                             int
	ours, again, theirs                         cost
	called, both, coarse, foreign, more, missed int
	notes                                       []string
}

// A cost is what commands took: CPU seconds, and the largest of them MB.
type cost struct{ cpu, peak float64 }

// costOf returns what a command took, with all that it has started.
func costOf(s *os.ProcessState) cost {
	return cost{(s.UserTime() + s.SystemTime()).Seconds(), float64(cpu.Peak(s)) / (1 << 20)}
}

func (c *cost) add(other cost) { c.cpu, c.peak = c.cpu+other.cpu, max(c.peak, other.peak) }

func (m *measurement) row(name string) string {
	return fmt.Sprintf("| %s | %d | %d | %.1f | %.1f | %.1f | %.2f | %.0f | %.0f | %d | %d | %d | %d | %d | %d |", name, m.modules, m.loaded,
		m.ours.cpu, m.again.cpu, m.theirs.cpu, m.ours.cpu/m.theirs.cpu, m.ours.peak, m.theirs.peak, m.called, m.both, m.coarse, m.foreign, m.more, m.missed)
}

// A call is a vulnerable function that a module calls in a view.
type call struct{ module, view, advisory, symbol string }

// document is what gomend writes.
type document struct {
	Advisories []struct {
		ID       string
		Findings []struct {
			Dir, View, Precision, Level string
			Calls                       []struct{ Package, Symbol string }
		}
	}
	Elsewhere []string `json:"other_platforms"`
	Scanned   []struct {
		Dir, View string
		Loaded    bool
	}
	Failures []string `json:"not_looked_at"`
}

func (b *bench) measure(ctx context.Context, dir string) (*measurement, error) {
	m := new(measurement)
	cache, err := os.MkdirTemp(b.scratch, "cache-")
	if err != nil {
		return nil, err
	}
	doc, spent, err := b.ours(ctx, dir, cache)
	if err != nil {
		return nil, err
	}
	m.ours = spent
	if _, m.again, err = b.ours(ctx, dir, cache); err != nil {
		return nil, err
	}
	for _, f := range doc.Failures {
		m.notes = append(m.notes, "not looked at: "+f)
	}
	ours := make(map[call]bool)
	coarse := make(map[[3]string]bool) // module, view and advisory
	for _, a := range doc.Advisories {
		for _, f := range a.Findings {
			for _, c := range f.Calls {
				ours[call{f.Dir, f.View, a.ID, c.Package + "." + c.Symbol}] = true
			}
			if f.Precision != "symbol" {
				coarse[[3]string{f.Dir, f.View, a.ID}] = true
			}
		}
	}
	m.called = len(ours)
	modules := make(map[string]bool)
	for _, s := range doc.Scanned {
		modules[s.Dir] = true
		if s.Loaded {
			m.loaded++
		}
		theirs, spent, err := b.theirs(ctx, filepath.Join(dir, s.Dir), s.Dir, s.View)
		if err != nil {
			return nil, err
		}
		m.theirs.add(spent)
		for _, c := range theirs {
			switch {
			case ours[c]:
				m.both++
			case coarse[[3]string{c.module, c.view, c.advisory}]:
				m.coarse++
			case slices.Contains(doc.Elsewhere, c.advisory):
				m.foreign++
			default:
				m.missed++
				m.notes = append(m.notes, fmt.Sprintf("govulncheck alone: %v", c))
			}
			delete(ours, c)
		}
	}
	m.modules, m.more = len(modules), len(ours)
	for c := range ours {
		m.notes = append(m.notes, fmt.Sprintf("gomend alone: %v", c))
	}
	return m, nil
}

// ours runs gomend.
func (b *bench) ours(ctx context.Context, dir, cache string) (*document, cost, error) {
	report := filepath.Join(b.scratch, "report.json")
	cmd := exec.CommandContext(ctx, b.gomend, "vuln", "-q", "--db", b.db, "-o", "json="+report)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOMENDCACHE="+cache)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() == 2) {
		return nil, cost{}, fmt.Errorf("gomend vuln: %w: %s", err, out)
	}
	data, err := os.ReadFile(report)
	if err != nil {
		return nil, cost{}, err
	}
	doc := new(document)
	return doc, costOf(cmd.ProcessState), json.Unmarshal(data, doc)
}

// theirs runs govulncheck in a module.
func (b *bench) theirs(ctx context.Context, dir, module, view string) ([]call, cost, error) {
	cmd := exec.CommandContext(ctx, b.govulncheck, "-db", "file://"+filepath.ToSlash(b.db), "-json", "./...")
	cmd.Dir, cmd.Env = dir, os.Environ()
	if view == "release" {
		cmd.Env = append(cmd.Env, "GOWORK=off")
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, cost{}, err
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		return nil, cost{}, err
	}
	var calls []call
	for dec := json.NewDecoder(out); ; {
		var m struct {
			Finding *struct {
				OSV   string
				Trace []struct{ Package, Function, Receiver string }
			}
		}
		if dec.Decode(&m) != nil {
			break // a failure shows below
		}
		if m.Finding == nil || m.Finding.Trace[0].Function == "" {
			continue
		}
		f := m.Finding.Trace[0]
		symbol, _, _ := strings.Cut(f.Function, "[") // instances of generic functions
		if receiver, _, _ := strings.Cut(strings.TrimPrefix(f.Receiver, "*"), "["); receiver != "" {
			symbol = receiver + "." + symbol
		}
		c := call{module, view, m.Finding.OSV, f.Package + "." + symbol}
		if !slices.Contains(calls, c) {
			calls = append(calls, c)
		}
	}
	if err := cmd.Wait(); err != nil {
		return nil, cost{}, fmt.Errorf("govulncheck in %s: %w: %s", dir, err, stderr.String())
	}
	return calls, costOf(cmd.ProcessState), nil
}
