// Affected measures `gomend work affected` on the history of a repository, which is given
// as a checkout:
//
//	affected -checkout DIR [-commits N] [-check N] [-first COMMIT]
//
// It looks at the newest commits that touch Go inputs, each beside its parent, in a work
// tree of its own, and prints the mean share of packages that each reaches, of those that
// touch no go.mod, go.sum or go.work file and of the others.
//
// Some of them, evenly chosen, it checks: the go command compiles both sides, with the
// tests, and each package of which an archive has other content has to be among those
// that were told. What is missed is printed, and makes the exit code 1.
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
	"slices"
	"strings"

	"github.com/gomend/gomend/cmd/internal/bench/cpu"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/affected"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("affected: ")
	checkout := flag.String("checkout", "", "the `directory` of the code base")
	first := flag.String("first", "HEAD", "the newest `commit`")
	commits := flag.Int("commits", 300, "look at `N` commits")
	check := flag.Int("check", 20, "check `N` of these")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *checkout, *first, *commits, *check); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, checkout, first string, commits, check int) error {
	if checkout == "" {
		return errors.New("-checkout is missing")
	}
	m, err := newMeasurement(ctx, checkout)
	if err != nil {
		return err
	}
	defer m.close()
	all, err := m.touching(ctx, first, commits)
	if err != nil {
		return err
	}
	for i, c := range all {
		if err := m.measure(ctx, c); err != nil {
			return fmt.Errorf("%s: %w", c.hash, err)
		}
		if check > 0 && i%max(len(all)/check, 1) == 0 && m.checked < check {
			if err := m.check(ctx, c); err != nil {
				return fmt.Errorf("%s: %w", c.hash, err)
			}
			log.Printf("checked %d, the last %.12s: %d packages with another archive, %d told, %d missed", m.checked, c.hash, m.differ, m.told, m.missed)
		}
	}
	fmt.Printf("%s, %d commits:\n", filepath.Base(checkout), len(all))
	m.code.print("without go.mod, go.sum and go.work")
	m.requirements.print("with one of these")
	fmt.Printf("  checked %d commits: %d packages with another archive, %d told, %d missed\n", m.checked, m.differ, m.told, m.missed)
	if m.missed > 0 {
		return errors.New("some packages were missed")
	}
	return nil
}

// A measurement goes through the commits in a work tree of its own.
type measurement struct {
	repo, dir          string
	code, requirements shares

	checked, differ, told, missed int
}

// Shares are the parts of all packages that commits reach.
type shares struct {
	parts []float64
	cpu   float64 // seconds
}

func (s *shares) print(name string) {
	sum := 0.0
	for _, p := range s.parts {
		sum += p
	}
	n := float64(max(len(s.parts), 1))
	fmt.Printf("  %s: %d, mean share %.1f%%, %.1f CPU s a commit\n", name, len(s.parts), 100*sum/n, s.cpu/n)
}

func newMeasurement(ctx context.Context, checkout string) (*measurement, error) {
	dir, err := os.MkdirTemp("", "gomend-affected-")
	if err != nil {
		return nil, err
	}
	m := &measurement{repo: checkout, dir: filepath.Join(dir, filepath.Base(checkout))}
	_, err = git(ctx, checkout, "worktree", "add", "-q", "--detach", m.dir, "HEAD")
	return m, err
}

func (m *measurement) close() {
	// The work tree is removed whatever became of the measurement.
	if _, err := git(context.Background(), m.repo, "worktree", "remove", "--force", m.dir); err != nil {
		log.Print(err)
	}
	os.RemoveAll(filepath.Dir(m.dir))
}

// A commit is one that touches Go inputs.
type commit struct {
	hash         string
	requirements bool // it touches what says what is required
}

// touching returns the newest commits that touch Go inputs and have one parent.
func (m *measurement) touching(ctx context.Context, first string, most int) ([]commit, error) {
	out, err := git(ctx, m.repo, "log", "--no-merges", "--format=%x00%H", "--name-only", fmt.Sprintf("-%d", 20*most), first)
	if err != nil {
		return nil, err
	}
	var all []commit
	for entry := range strings.SplitSeq(out, "\x00") {
		files := strings.Fields(entry)
		if len(files) == 0 || len(all) == most {
			continue
		}
		c := commit{hash: files[0]}
		inputs := false
		for _, name := range files[1:] {
			base := filepath.Base(name)
			c.requirements = c.requirements || slices.Contains([]string{"go.mod", "go.sum", "go.work", "go.work.sum"}, base)
			inputs = inputs || strings.HasSuffix(base, ".go")
		}
		if inputs || c.requirements {
			all = append(all, c)
		}
	}
	return all, nil
}

// measure notes how much a commit reaches.
func (m *measurement) measure(ctx context.Context, c commit) error {
	before := cpu.Children()
	r, err := m.reached(ctx, c)
	if err != nil {
		return err
	}
	n := 0
	for _, p := range r.Packages {
		if !p.Removed && p.Effect != affected.OtherPlatforms {
			n++
		}
	}
	s := &m.code
	if c.requirements {
		s = &m.requirements
	}
	s.parts = append(s.parts, float64(n)/float64(max(r.Total, 1)))
	s.cpu += (cpu.Children() - before).Seconds()
	return nil
}

// reached returns what a commit reaches.
func (m *measurement) reached(ctx context.Context, c commit) (*affected.Result, error) {
	if _, err := git(ctx, m.dir, "checkout", "-q", "-f", "--detach", c.hash); err != nil {
		return nil, err
	}
	cfg := workspace.Config{Dir: m.dir}
	code, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer code.Close()
	return affected.Since(ctx, affected.Side{Code: code, Config: cfg}, c.hash+"^", affected.Options{})
}

func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return string(out), nil
}
