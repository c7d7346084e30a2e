// Watch measures `gomend leaks watch` on the service in examples/payments, under load:
//
//	watch -example DIR [-healthy N] [-every D] [-count N] [-out DIR]
//
// It builds the service as it is, with go 1.21 timers, starts it beside a bank that never
// answers and dashboards that come and go, watches it, and prints the report: payments
// leave goroutines, and dashboards leave tickers. Then it starts it N times beside a bank
// that answers, without dashboards, and prints what it reports of that: nothing should
// leak.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/profiles/endpoint"
	"github.com/gomend/gomend/profiles/watch"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("watch: ")
	example := flag.String("example", "examples/payments", "the `directory` of the service")
	healthy := flag.Int("healthy", 20, "watch the healthy service `N` times")
	every := flag.Duration("every", 8*time.Second, "take a snapshot each `interval`")
	count := flag.Int("count", 6, "take `N` snapshots")
	out := flag.String("out", "", "keep the snapshots of the service that is ill in this `directory`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *example, *healthy, *every, *count, *out); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, example string, healthy int, every time.Duration, count int, out string) error {
	dir, err := os.MkdirTemp("", "gomend-watch-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "api")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, ".")
	build.Dir = filepath.Join(example, "api")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the service: %w\n%s", err, out)
	}
	m := measurement{program: program, dir: dir, every: every, count: count}
	sick, err := m.watched(ctx, load{payments: 200, dashboards: 5}, out)
	if err != nil {
		return err
	}
	if err := report.WriteWatch(os.Stdout, report.Text, []*watch.Report{sick}); err != nil {
		return err
	}
	quiet := 0
	for range healthy {
		r, err := m.watched(ctx, load{bankAnswers: true, payments: 50}, "")
		if err != nil {
			return err
		}
		if len(r.Leaks) == 0 {
			quiet++
			continue
		}
		if err := report.WriteWatch(os.Stdout, report.Text, []*watch.Report{r}); err != nil {
			return err
		}
	}
	fmt.Printf("\nhealthy: nothing reported in %d of %d watches\n", quiet, healthy)
	return nil
}

// A measurement says how to watch the service.
type measurement struct {
	program, dir string
	every        time.Duration
	count        int
}

// watched starts the service under a load, watches it, and stops it. The snapshots go to
// a directory, if one is named.
func (m measurement) watched(ctx context.Context, l load, out string) (*watch.Report, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	addr, err := m.start(ctx, l)
	if err != nil {
		return nil, err
	}
	target, err := endpoint.ParseTarget(addr)
	if err != nil {
		return nil, err
	}
	service := new(endpoint.Client).Service(target)
	w := watch.New(target.Name())
	for range m.count {
		select {
		case <-time.After(m.every):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		s, err := service.Snapshot(ctx)
		if err != nil {
			return nil, err
		}
		if len(s.Errors) > 0 {
			return nil, fmt.Errorf("a snapshot is not whole: %v", s.Errors)
		}
		w.Add(s)
		if out == "" {
			continue
		}
		if err := endpoint.Directory(out).Write(s); err != nil {
			return nil, err
		}
	}
	return w.Report(nil)
}

// start starts the service, its bank and its clients, until ctx ends, and returns the
// service's address once it answers.
func (m measurement) start(ctx context.Context, l load) (string, error) {
	bank, err := l.bank(ctx)
	if err != nil {
		return "", err
	}
	addr, err := freeAddress()
	if err != nil {
		return "", err
	}
	config := filepath.Join(m.dir, "api.json")
	text := fmt.Sprintf(`{"addr":%q,"acquirer_addr":%q,"worker_url":"http://127.0.0.1:1","fraud_url":"http://127.0.0.1:1"}`, addr, bank)
	if err := os.WriteFile(config, []byte(text), 0o666); err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, m.program, "-config", config)
	if err := cmd.Start(); err != nil {
		return "", err
	}
	go cmd.Wait() // it ends with ctx
	if !answers(ctx, addr) {
		return "", errors.New("the service does not come up")
	}
	go l.clients(ctx, addr)
	return addr, nil
}
