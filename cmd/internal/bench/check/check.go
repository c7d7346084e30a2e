// Package check runs the program under measurement, gomend or any vet tool,
// over packages and returns what it found. The measuring programs beside it use
// gomend as its users do: as a program.
package check

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/record"
)

// A Place is where and under which circumstances a check runs.
type Place struct {
	Dir string   // the directory that package patterns are relative to
	Env []string // added to the environment: "GOFLAGS=-mod=mod"
}

// A Result is what one run found. Names of files are relative to the root that
// gomend chose, which is the workspace's or module's.
type Result struct {
	Findings []finding.Finding

	// Incomplete says what gomend could not look at, in the first of its
	// own words; it is empty if it looked at all that it was asked for.
	Incomplete string
}

// The exit codes of gomend that come with a report.
const (
	exitClean      = 0
	exitFindings   = 1
	exitIncomplete = 4
)

// Gomend runs `program check` at the place with the further arguments and
// returns the findings of at least the given confidence.
func Gomend(ctx context.Context, program string, at Place, confidence rule.Confidence, args ...string) (Result, error) {
	program, err := filepath.Abs(program)
	if err != nil {
		return Result{}, err
	}
	args = append([]string{"check", "-o", "json", "--confidence", string(confidence)}, args...)
	cmd := at.command(ctx, program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	code, err := exitCode(cmd.Run())
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", cmd, err)
	}
	if !slices.Contains([]int{exitClean, exitFindings, exitIncomplete}, code) {
		return Result{}, fmt.Errorf("%s: exit code %d: %s", cmd, code, beginning(stderr.String()))
	}
	var report struct {
		Findings []finding.Finding `json:"findings"`
	}
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		return Result{}, fmt.Errorf("%s: output is not a report: %w", cmd, err)
	}
	result := Result{Findings: report.Findings}
	if code == exitIncomplete {
		result.Incomplete = beginning(stderr.String())
	}
	return result, nil
}

// Vettool runs `go vet` with any vet tool at the place. Its findings, of which
// nothing is known but where they are and what they say, have low confidence.
func Vettool(ctx context.Context, program string, at Place, args ...string) (Result, error) {
	program, err := filepath.Abs(program)
	if err != nil {
		return Result{}, err
	}
	cmd := at.command(ctx, "go", append([]string{"vet", "-json", "-vettool=" + program}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	code, err := exitCode(cmd.Run())
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", cmd, err)
	}
	var result Result
	if code != 0 {
		result.Incomplete = beginning(stderr.String())
	}
	root, err := filepath.Abs(at.Dir)
	if err != nil {
		return Result{}, err
	}
	result.Findings, err = decodeTree(&stdout, root)
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", cmd, err)
	}
	return result, nil
}

// decodeTree reads the tree that x/tools' drivers print.
func decodeTree(r io.Reader, root string) ([]finding.Finding, error) {
	var findings []finding.Finding
	for units := record.NewDecoder(r); ; {
		unit, err := units.Next()
		if errors.Is(err, io.EOF) {
			return findings, nil
		}
		if err != nil {
			return nil, err
		}
		for analyzer, diags := range unit.Diagnostics {
			for _, d := range diags {
				f := finding.Finding{Rule: analyzer, Kind: d.Category, Message: d.Message, Package: unit.ID, Confidence: rule.Low}
				if f.Span, err = parsePosn(d.Posn, root); err != nil {
					return nil, err
				}
				findings = append(findings, f)
			}
		}
	}
}

// parsePosn reads "/dir/file.go:12:3" and makes the name of the file relative to
// root if it is below.
func parsePosn(posn, root string) (finding.Span, error) {
	parts := strings.Split(posn, ":")
	if len(parts) < 3 {
		return finding.Span{}, fmt.Errorf("position %q is not file:line:column", posn)
	}
	n := len(parts)
	line, errLine := strconv.Atoi(parts[n-2])
	column, errColumn := strconv.Atoi(parts[n-1])
	if err := errors.Join(errLine, errColumn); err != nil {
		return finding.Span{}, fmt.Errorf("position %q is not file:line:column: %w", posn, err)
	}
	file := strings.Join(parts[:n-2], ":")
	if rel, err := filepath.Rel(root, file); err == nil && filepath.IsLocal(rel) {
		file = rel
	}
	return finding.Span{File: filepath.ToSlash(file), Line: line, Column: column}, nil
}

func (p Place) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = p.Dir
	cmd.Env = append(os.Environ(), p.Env...)
	return cmd
}

// beginning returns the first lines of what a program said. A tool that crashed
// says a lot more.
func beginning(s string) string {
	const most = 12
	lines := strings.Split(strings.TrimSpace(s), "\n")
	if len(lines) > most {
		lines = append(lines[:most], "...")
	}
	return strings.Join(lines, "\n")
}

// exitCode turns the error of a program that ran into its exit code.
func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 {
		return exit.ExitCode(), nil
	}
	return 0, err
}
