package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A measurement is what became of a code base.
type measurement struct {
	before       string // the go lines
	passed       int
	lost         []string // tests that passed
	sites        int
	rolledBack   int
	dropped      int
	ioutilBefore int
	ioutilAfter  int
	second       string
	gofix        string
	upgradeCPU   float64
	first, whole float64 // gomend's CPU time on one platform, by go fix's
	notes        []string
}

func (m *measurement) row(name string) string {
	return fmt.Sprintf("| %s | %s | %d | %d | %d | %d | %d | %d | %d | %s | %s | %.0f | %.2f | %.2f |",
		name, m.before, m.passed, len(m.lost), m.sites, m.rolledBack, m.dropped, m.ioutilBefore, m.ioutilAfter, m.second, m.gofix, m.upgradeCPU, m.first, m.whole)
}

// document is what is read of gomend's report.
type document struct {
	Lines      []struct{ From, Path string }
	Fixes      []site
	RolledBack []site
	Dropped    []site
	Left       []site
	Worse      []string
	Files      []string
	Failures   []struct{ Package, Error string }
	Failing    []string `json:"failingBefore"`
}

type site struct {
	Fixer, Kind, Tier, File, Why string
	Line                         int
}

func (b *bench) measure(ctx context.Context, checkout string) (*measurement, error) {
	top, err := os.MkdirTemp("", "gomend-upgrade-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(top)
	dir := filepath.Join(top, filepath.Base(checkout))
	if err := os.CopyFS(dir, os.DirFS(checkout)); err != nil {
		return nil, err
	}
	if err := writable(dir); err != nil {
		return nil, err
	}
	m := &measurement{gofix: "-"}
	before, err := tests(ctx, dir)
	if err != nil {
		return nil, err
	}
	m.passed = len(before)
	if m.ioutilBefore, err = countIoutil(dir); err != nil {
		return nil, err
	}
	fixed := filepath.Join(top, "gofix", filepath.Base(checkout))
	if b.gofix {
		if err := os.CopyFS(fixed, os.DirFS(dir)); err != nil {
			return nil, err
		}
	}
	doc, err := b.upgrade(ctx, dir, m)
	if err != nil {
		return nil, err
	}
	m.note(doc)
	after, err := tests(ctx, dir)
	if err != nil {
		return nil, err
	}
	for name := range before {
		if !after[name] {
			m.lost = append(m.lost, name)
		}
	}
	slices.Sort(m.lost)
	for _, name := range m.lost {
		m.notes = append(m.notes, "passed before: "+name)
	}
	if m.ioutilAfter, err = countIoutil(dir); err != nil {
		return nil, err
	}
	again, err := b.upgrade(ctx, dir, &measurement{})
	if err != nil {
		return nil, err
	}
	m.second = "empty"
	if len(again.Files) > 0 {
		m.second = strings.Join(again.Files, " ")
	}
	if b.gofix {
		err = b.compare(ctx, fixed, m)
	}
	return m, err
}

// note keeps what gomend says of the code base.
func (m *measurement) note(doc *document) {
	lines := make(map[string]bool)
	for _, l := range doc.Lines {
		if l.Path == "go" {
			lines[l.From] = true
		}
	}
	m.before = strings.Join(slices.Sorted(maps.Keys(lines)), ", ")
	m.sites, m.rolledBack, m.dropped = len(doc.Fixes), len(doc.RolledBack), len(doc.Dropped)
	for _, s := range slices.Concat(doc.RolledBack, doc.Dropped) {
		m.notes = append(m.notes, fmt.Sprintf("not made: %s:%d %s: %s", s.File, s.Line, s.Fixer, s.Why))
	}
	for _, s := range doc.Left {
		if s.Fixer == "ioutil" {
			m.notes = append(m.notes, fmt.Sprintf("left: %s:%d %s/%s: %s", s.File, s.Line, s.Fixer, s.Kind, s.Why))
		}
	}
	for _, text := range doc.Worse {
		m.notes = append(m.notes, "worse, by the line: "+text)
	}
	for _, f := range doc.Failures {
		m.notes = append(m.notes, fmt.Sprintf("not looked at: %s: %s", f.Package, f.Error))
	}
	if len(doc.Failing) > 0 {
		m.notes = append(m.notes, "fails before: "+strings.Join(doc.Failing, ", "))
	}
}

// upgrade runs gomend.
func (b *bench) upgrade(ctx context.Context, dir string, m *measurement) (*document, error) {
	report := filepath.Join(filepath.Dir(dir), "report.json")
	cmd := exec.CommandContext(ctx, b.gomend, "upgrade", "apply", "go@"+b.to, "--audit=false", "--cover=false", "-o", "json="+report)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 4) {
		return nil, fmt.Errorf("gomend upgrade: %w: %s", err, lastLine(out))
	}
	m.upgradeCPU = seconds(cmd.ProcessState)
	data, err := os.ReadFile(report)
	if err != nil {
		return nil, err
	}
	doc := new(document)
	return doc, json.Unmarshal(data, doc)
}

// compare has go fix do what it can, module by module, with the same go line, and measures
// what that takes beside gomend: its first pass alone, and with checking what comes of it.
func (b *bench) compare(ctx context.Context, dir string, m *measurement) error {
	modules, err := modulesIn(dir)
	if err != nil {
		return err
	}
	env := append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	run := func(dir string, args ...string) (*exec.Cmd, []byte, error) {
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Dir, cmd.Env = dir, env
		out, err := cmd.CombinedOutput()
		return cmd, out, err
	}
	for _, module := range modules {
		for _, args := range [][]string{
			{"mod", "edit", "-go=" + b.to, "-toolchain=none"},
			{"mod", "tidy", "-e"},
			{"list", "-e", "-export", "-deps", "-test", "./..."}, // so that both find the build cache warm
		} {
			if _, out, err := run(module, args...); err != nil {
				m.gofix = "not loaded: " + lastLine(out)
				return ctx.Err()
			}
		}
	}
	report := filepath.Join(filepath.Dir(dir), "fix.json")
	ours := exec.CommandContext(ctx, b.gomend, "fix", "--native", "--diff", "-o", "json="+report)
	ours.Dir = dir
	ours.Run() // it ends with 1 where there is something to fix
	var doc struct {
		Costs []struct{ SettleSeconds float64 }
	}
	if data, err := os.ReadFile(report); err != nil {
		return err
	} else if err := json.Unmarshal(data, &doc); err != nil {
		return err
	}
	gofix := 0.0
	m.gofix = "yes"
	for _, module := range modules {
		cmd, _, _ := run(module, "fix", "./...") // what it says is not what counts
		gofix += seconds(cmd.ProcessState)
	}
	for _, module := range modules {
		if _, _, err := run(module, "test", "-run=^$", "-vet=off", "./..."); err != nil {
			m.gofix = "no"
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	whole := seconds(ours.ProcessState)
	m.whole = whole / gofix
	for _, c := range doc.Costs {
		whole -= c.SettleSeconds
	}
	m.first = whole / gofix
	return nil
}

// seconds is the CPU time of a command and all that it has started.
func seconds(s *os.ProcessState) float64 { return (s.UserTime() + s.SystemTime()).Seconds() }

// modulesIn returns the directories with a go.mod file.
func modulesIn(dir string) ([]string, error) {
	var modules []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "testdata" || d.Name() == "vendor") {
			return filepath.SkipDir
		}
		if err == nil && d.Name() == "go.mod" {
			modules = append(modules, filepath.Dir(name))
		}
		return err
	})
	return modules, err
}

// tests returns the tests that pass, and packages of which all do, by name.
func tests(ctx context.Context, dir string) (map[string]bool, error) {
	passed := make(map[string]bool)
	modules, err := modulesIn(dir)
	if err != nil {
		return nil, err
	}
	for _, module := range modules {
		cmd := exec.CommandContext(ctx, "go", "test", "-json", "./...")
		cmd.Dir = module
		out, err := cmd.Output()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			return nil, err
		}
		lines := bufio.NewScanner(bytes.NewReader(out))
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			var event struct{ Action, Package, Test string }
			if json.Unmarshal(lines.Bytes(), &event) == nil && event.Action == "pass" {
				passed[strings.TrimSpace(event.Package+" "+event.Test)] = true
			}
		}
		if err := lines.Err(); err != nil {
			return nil, err
		}
	}
	return passed, nil
}

// countIoutil returns how often Go files refer to io/ioutil.
func countIoutil(dir string) (int, error) {
	use := regexp.MustCompile(`\bioutil\.[A-Z]`)
	n := 0
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && (d.Name() == "vendor" || d.Name() == "testdata") {
				return filepath.SkipDir
			}
			return err
		}
		if strings.HasSuffix(name, ".go") {
			data, err := os.ReadFile(name)
			n += len(use.FindAll(data, -1))
			return err
		}
		return nil
	})
	return n, err
}

// writable lets files be written that come from the module cache.
func writable(dir string) error {
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return os.Chmod(name, info.Mode().Perm()|0o200)
	})
}

func lastLine(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}
