// Remedy measures `gomend vuln fix` on checkouts:
//
//	remedy -gomend PROGRAM -db DATABASE -checkouts DIR [-only NAMES] [-level LEVEL] [-flags FLAGS]
//
// Each folder of DIR is a code base, of which a copy is mended, built and tested. It prints a
// table of what is called before and after, of the floors, and of what moves with them, beside
// what "go get -u ./..." moves. What does not end, or is worse, is named.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/version"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("remedy: ")
	var b bench
	flag.StringVar(&b.gomend, "gomend", "", "the `program`")
	flag.StringVar(&b.db, "db", "", "the vulnerability `database`")
	flag.StringVar(&b.level, "level", "called", "end what is at least this `level`")
	flags := flag.String("flags", "", "further `flags` of gomend vuln fix, separated by spaces")
	checkouts := flag.String("checkouts", "", "the `directory` of the code bases")
	only := flag.String("only", "", "look at these folders alone, a comma-separated `list`")
	flag.Parse()
	b.flags = strings.Fields(*flags)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := b.run(ctx, *checkouts, *only); err != nil {
		log.Fatal(err)
	}
}

// A bench measures code bases one after the other.
type bench struct {
	gomend, db, level string
	flags             []string
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
	entries, err := os.ReadDir(checkouts)
	if err != nil {
		return err
	}
	fmt.Println("| Code base | Modules with floors | Advisories | End | Floors | Used modules that move | go get -u | Go line | Sound | Again | Minutes |")
	fmt.Println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- | --- | ---: |")
	bad := 0
	for _, e := range entries {
		if !e.IsDir() || only != "" && !slices.Contains(strings.Split(only, ","), e.Name()) {
			continue
		}
		row, err := b.measure(ctx, filepath.Join(checkouts, e.Name()))
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			bad++
			row = err.Error()
		}
		fmt.Printf("| %s | %s |\n", e.Name(), row)
	}
	if bad > 0 {
		return fmt.Errorf("%d code bases were not measured", bad)
	}
	return nil
}

// A report is what gomend vuln fix -o json says, as far as it is of use here.
type report struct {
	Wanted  []struct{ Advisory string }
	Stays   []struct{ Advisory, Why string }
	Modules []struct {
		Module, Dir string
		Floors      []struct{ Path, From, To string }
		Moved       []struct{ Path string }
		Used        int
		GoFrom      string `json:"go_from"`
		GoTo        string `json:"go_to"`
	}
	Worse, Harm, Failures []string
	Sound, Written        bool
}

// measure mends a copy of a code base and returns the row of the table.
func (b *bench) measure(ctx context.Context, dir string) (string, error) {
	scratch, err := os.MkdirTemp("", "bench-remedy-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(scratch)
	code := filepath.Join(scratch, "code")
	if err := os.CopyFS(code, os.DirFS(dir)); err != nil {
		return "", err
	}
	begun := time.Now()
	r, err := b.fix(ctx, code)
	if err != nil {
		return "", err
	}
	first := ""
	if first = r.line(); first != "" {
		// As gomend says: vet looks at more by the newer line, which upgrade mends.
		if err := b.upgrade(ctx, code, first); err != nil {
			return "", err
		}
		if r, err = b.fix(ctx, code); err != nil {
			return "", fmt.Errorf("after the upgrade: %w", err)
		}
		first = ", by upgrade first"
	}
	took := time.Since(begun)
	again := "not run"
	if r.Written {
		second, err := b.fix(ctx, code)
		if err != nil {
			return "", fmt.Errorf("a second time: %w", err)
		}
		again = fmt.Sprintf("%d to end", len(distinct(second.Wanted))-len(distinctStays(second)))
	}
	name := filepath.Base(dir)
	var moves, updates []string
	line, floors := "", 0
	for _, m := range r.Modules {
		floors += len(m.Floors)
		moves = append(moves, fmt.Sprintf("%d of %d", len(m.Moved), m.Used))
		if m.GoFrom != m.GoTo {
			line = cmp.Or(m.GoFrom, "none") + " → " + m.GoTo
			line += first
		}
		updated, err := updated(ctx, filepath.Join(dir, m.Dir), filepath.Join(scratch, "update"))
		if err != nil {
			updates = append(updates, "fails")
			log.Printf("%s: go get -u in %s: %v", name, m.Dir, err)
			continue
		}
		updates = append(updates, fmt.Sprint(updated))
		for _, f := range m.Floors {
			log.Printf("%s: %s: %s %s → %s", name, m.Dir, f.Path, f.From, f.To)
		}
	}
	for _, text := range slices.Concat(r.Worse, r.Harm, r.Failures) {
		log.Printf("%s: %s", name, text)
	}
	told := make(map[string]bool)
	for _, s := range r.Stays {
		if text := s.Advisory + " stays: " + s.Why; !told[text] {
			told[text] = true
			log.Printf("%s: %s", name, text)
		}
	}
	return fmt.Sprintf("%d | %d | %d | %d | %s | %s | %s | %t | %s | %.1f", len(r.Modules), len(distinct(r.Wanted)), len(distinct(r.Wanted))-len(distinctStays(r)),
		floors, strings.Join(moves, ", "), strings.Join(updates, ", "), cmp.Or(line, "stays"+first), r.Sound, again, took.Minutes()), nil
}

func distinct(all []struct{ Advisory string }) map[string]bool {
	ids := make(map[string]bool)
	for _, a := range all {
		ids[a.Advisory] = true
	}
	return ids
}

func distinctStays(r *report) map[string]bool {
	ids, wanted := make(map[string]bool), distinct(r.Wanted)
	for _, s := range r.Stays {
		if wanted[s.Advisory] {
			ids[s.Advisory] = true
		}
	}
	return ids
}

// fix runs gomend vuln fix, whose exit code is 1 if something stays.
func (b *bench) fix(ctx context.Context, dir string) (*report, error) {
	args := append([]string{"vuln", "fix", "--" + b.level, "--db", b.db, "-o", "json", "-q"}, b.flags...)
	cmd := exec.CommandContext(ctx, b.gomend, args...)
	cmd.Dir = dir
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	r := new(report)
	if jsonErr := json.Unmarshal(out.Bytes(), r); jsonErr != nil {
		return nil, fmt.Errorf("gomend vuln fix: %w: %s", cmp.Or(err, jsonErr), strings.TrimSpace(errs.String()))
	}
	return r, nil
}

// line returns the go line to raise first where vet has more to say by what the upgrade raises
// it to, or "".
func (r *report) line() string {
	vets := slices.ContainsFunc(slices.Concat(r.Worse, r.Harm), func(text string) bool { return strings.Contains(text, "(vet, ") || strings.Contains(text, "vet says") })
	if r.Sound || !vets {
		return ""
	}
	for _, m := range r.Modules {
		if m.GoFrom != m.GoTo {
			return strings.TrimPrefix(version.Lang("go"+m.GoTo), "go")
		}
	}
	return ""
}

// upgrade runs gomend upgrade apply.
func (b *bench) upgrade(ctx context.Context, dir, line string) error {
	cmd := exec.CommandContext(ctx, b.gomend, "upgrade", "apply", "go@"+line, "-q", "--allow-dirty", "--cover=false", "--audit=false", "--toolchain=local")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("gomend upgrade apply go@%s: %w: %s", line, err, lastLine(string(out)))
	}
	return nil
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndex(text, "\n")+1:]
}

// updated returns how many modules that provide packages move by "go get -u ./..." in a copy
// of a module.
func updated(ctx context.Context, dir, scratch string) (int, error) {
	defer os.RemoveAll(scratch)
	if err := os.CopyFS(scratch, os.DirFS(dir)); err != nil {
		return 0, err
	}
	before, err := used(ctx, scratch)
	if err != nil {
		return 0, err
	}
	if _, err := goCommand(ctx, scratch, "get", "-u", "./..."); err != nil {
		return 0, err
	}
	after, err := used(ctx, scratch)
	if err != nil {
		return 0, err
	}
	n := 0
	for path, version := range after {
		if before[path] != version {
			n++
		}
	}
	return n, nil
}

// used returns the versions of the modules that provide packages to a module.
func used(ctx context.Context, dir string) (map[string]string, error) {
	out, err := goCommand(ctx, dir, "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", "./...")
	if err != nil {
		return nil, err
	}
	versions := make(map[string]string)
	for line := range strings.Lines(out) {
		if path, version, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			versions[path] = version
		}
	}
	return versions, nil
}

func goCommand(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w: %s", args[0], err, lastLine(errs.String()))
	}
	return string(out), nil
}
