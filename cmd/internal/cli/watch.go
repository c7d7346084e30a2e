package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/profiles/endpoint"
	"github.com/gomend/gomend/profiles/watch"
)

// leastInterval keeps snapshots, which are named by the second, apart.
const leastInterval = 2 * time.Second

// watchFlags are the flags of "gomend leaks watch".
type watchFlags struct {
	every   time.Duration
	count   int
	out     string
	outputs []string

	authorization string // the name of a file
}

func (a *app) leaksWatchCommand() *cobra.Command {
	var f watchFlags
	c := &cobra.Command{
		Use:   "watch URL… | DIR",
		Short: "watch running services and report what they leak",
		Long: `Watch takes snapshots of running services over their own /debug/pprof, and reports
the goroutines that the garbage collector proves leaked, where the service has that
profile (Go 1.27, or GOEXPERIMENT=goroutineleakprofile with Go 1.26), the stacks on
which goroutines add up, and the places whose part of the heap grows. Whether something
grows is told from five snapshots on.

The services are not changed. Only the hosts that are named are asked, one request at a
time, and less often while they are slow. Each snapshot forces a collection, and one more
for leaked goroutines. Command lines, labels and arguments are neither asked for nor
kept. What --authorization sends goes to services on this machine or by https only.

A watch ends after --count snapshots, or with an interrupt, and then reports. --out keeps
the snapshots; a directory in place of URLs reads such, or profiles that others have
collected.`,
		Example: `  gomend leaks watch cart:6060 stock:6060 --every 60s --count 30
  gomend leaks watch https://cart.internal/debug/pprof --out snapshots
  gomend leaks watch snapshots -o text -o html=leaks.html`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("%s needs the URLs of services, as in http://localhost:6060, or a directory of snapshots", c.CommandPath())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return a.leaksWatch(c.Context(), args, &f) },
	}
	flags := c.Flags()
	flags.DurationVar(&f.every, "every", time.Minute, "take a snapshot each `interval`")
	flags.IntVar(&f.count, "count", 0, "end after `N` snapshots (at an interrupt, if it is not given)")
	flags.StringVar(&f.out, "out", "", "keep the snapshots in this `directory`")
	flags.StringVar(&f.authorization, "authorization", "", "send each service the Authorization header that stands in `file`, as in \"Bearer 1234\"")
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, json, markdown or html")
	return c
}

func (a *app) leaksWatch(ctx context.Context, args []string, f *watchFlags) error {
	outputs, err := a.parseOutputs(f.outputs, report.WatchFormats())
	if err != nil {
		return err
	}
	reports, err := a.watchAll(ctx, args, f)
	if err != nil {
		return err
	}
	err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		return report.WriteWatch(w, out.Format, reports)
	})
	if err != nil {
		return err
	}
	switch {
	case slices.ContainsFunc(reports, func(r *watch.Report) bool { return len(r.Times) == 0 || len(r.Failed) > 0 }):
		return outcome(exitIncomplete)
	case slices.ContainsFunc(reports, func(r *watch.Report) bool { return len(r.Leaks) > 0 }):
		return outcome(exitFindings)
	}
	return nil
}

// watchAll watches the services that the arguments name, or reads the directory.
func (a *app) watchAll(ctx context.Context, args []string, f *watchFlags) ([]*watch.Report, error) {
	if info, err := os.Stat(a.absolute(args[0])); err == nil && info.IsDir() && len(args) == 1 {
		return readSnapshots(a.absolute(args[0]))
	}
	if f.every < leastInterval {
		return nil, fmt.Errorf("--every %s: a service is asked every %s at most", f.every, leastInterval)
	}
	var targets []endpoint.Target
	for _, arg := range args {
		t, err := endpoint.ParseTarget(arg)
		if err != nil {
			return nil, err
		}
		targets = append(targets, t)
	}
	client := &endpoint.Client{UserAgent: "gomend/" + thisBuild().Version}
	if f.authorization != "" {
		var err error
		if client.Authorization, err = a.readAuthorization(f.authorization, targets); err != nil {
			return nil, err
		}
	}
	live := a.newLive(targets, f.count)
	defer live.clear()
	reports := make([]*watch.Report, len(targets))
	errs := make([]error, len(targets))
	var all sync.WaitGroup
	for i, t := range targets {
		all.Go(func() { reports[i], errs[i] = a.watchOne(ctx, client.Service(t), t, f, live.of(i)) })
	}
	all.Wait()
	return reports, errors.Join(errs...)
}

// readAuthorization reads what the targets, all of which have to be private, are to be
// sent.
func (a *app) readAuthorization(name string, targets []endpoint.Target) (endpoint.Secret, error) {
	text, err := os.ReadFile(a.absolute(name))
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" || strings.ContainsAny(secret, "\r\n") {
		return "", fmt.Errorf("--authorization: %s has to hold one line, as in \"Bearer 1234\"", name)
	}
	for _, t := range targets {
		if !t.Private() {
			return "", fmt.Errorf("--authorization: others could read it on its way to %s: use https", t)
		}
	}
	return endpoint.Secret(secret), nil
}

// watchOne takes the snapshots of a service until there are enough or ctx ends, and shows
// how it goes.
func (a *app) watchOne(ctx context.Context, service *endpoint.Service, t endpoint.Target, f *watchFlags, show shower) (*watch.Report, error) {
	w := watch.New(t.Name())
	pacer := endpoint.NewPacer(f.every, rand.NewPCG(rand.Uint64(), rand.Uint64()))
	for taken := 1; ; taken++ {
		s, err := service.Snapshot(ctx)
		if ctx.Err() != nil {
			break
		}
		var slowest time.Duration
		problem := err
		if err != nil {
			w.Missed(err)
		} else {
			w.Add(s)
			slowest, problem = s.Slowest(), joined(s.Errors)
			if err := a.keep(f.out, s); err != nil {
				return nil, err
			}
		}
		if taken == f.count {
			show(w, time.Time{}, problem)
			break
		}
		pause := pacer.Next(slowest, problem != nil)
		show(w, time.Now().Add(pause), problem)
		if !sleep(ctx, pause) {
			break
		}
	}
	r, err := w.Report(nil)
	if err != nil || len(r.Leaks) == 0 || ctx.Err() != nil {
		return r, err
	}
	waits, err := service.Waits(ctx, r.Suspect)
	if err != nil {
		a.log.Warn("for how long goroutines have been waiting is not known", "service", t.Name(), "err", err)
	}
	return w.Report(waits)
}

// joined returns the errors of a snapshot's parts as one, in the order of the parts.
func joined(parts map[endpoint.Part]error) error {
	var all []error
	for _, part := range slices.Sorted(maps.Keys(parts)) {
		all = append(all, parts[part])
	}
	return errors.Join(all...)
}

// keep writes a snapshot to the directory, if there is one.
func (a *app) keep(dir string, s *endpoint.Snapshot) error {
	if dir == "" {
		return nil
	}
	return endpoint.Directory(a.absolute(dir)).Write(s)
}

// sleep waits, and reports false if ctx ends before.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// readSnapshots reads the snapshots of all services in a directory.
func readSnapshots(dir string) ([]*watch.Report, error) {
	d := endpoint.Directory(dir)
	services, err := d.Services()
	if err != nil {
		return nil, err
	}
	if len(services) == 0 {
		return nil, fmt.Errorf("%s: there are no snapshots in it", dir)
	}
	var reports []*watch.Report
	for _, name := range services {
		shown := name
		if name == "" {
			shown = filepath.Base(dir)
		}
		w := watch.New(shown)
		for s, err := range d.Snapshots(name) {
			if err != nil {
				return nil, err
			}
			w.Add(s)
		}
		r, err := w.Report(nil)
		if err != nil {
			return nil, err
		}
		reports = append(reports, r)
	}
	return reports, nil
}
