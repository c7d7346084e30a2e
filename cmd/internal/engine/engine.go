// Package engine analyses a code base through the go command.
//
// For every platform and for every [workspace.Unit] it runs
//
//	go vet -vettool=<this binary> -json <flags> <packages>
//
// The go command schedules the packages, hands facts from one to the next, and
// caches what each gave; package vettool does the analysis. The engine reads the
// records, brings platforms together, resolves the conditions that need to know
// what ships, and checks that nothing was left out: the go command says nothing
// of a package whose dependency does not compile.
//
// Nothing here depends on what is to be shown. Confidence, generated files,
// suppressions, severities and baselines are for the caller to apply to a
// [Result], so that changing one's mind about them costs no analysis.
package engine

import (
	"cmp"
	"context"
	"log/slog"
	"os"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/workspace"
)

// A Request says what to analyse and how.
type Request struct {
	// Config is where the code base is and how the go command runs on it.
	// Its OS and Arch are ignored if there are Platforms.
	Config workspace.Config

	// Patterns name the packages, as for [workspace.Workspace.Load].
	Patterns []string

	// View is how requirements are resolved; Work if empty.
	View workspace.View

	// Platforms are the platforms to look at; Config's alone if empty.
	Platforms []Platform

	// Rules are those of Tool.
	Rules []*rule.Rule

	// Tool is the vet tool with the rules: this executable if empty.
	Tool string

	// Flags are flags for the analyzers, such as "-timerleak.x=y". The go
	// command caches results by their exact text.
	Flags []string

	// Plugins are further tools to run.
	Plugins []Plugin

	// Cost asks for the time that each analyzer takes.
	Cost bool

	// Portable makes cached results valid in every checkout of the code
	// base, at the price of compiling everything once more: with -trimpath.
	Portable bool

	// Progress, if not nil, is called as packages are done, with the number
	// done and the number there are on the platform at hand.
	Progress func(done, total int)
}

// A Platform is a pair of an operating system and an architecture.
type Platform struct{ OS, Arch string }

func (p Platform) String() string { return p.OS + "/" + p.Arch }

// A Plugin is a tool that speaks the protocol of go vet, as those built with
// x/tools' unitchecker do.
type Plugin struct {
	// Name is put before the names of its analyzers, with a dot between, to
	// make the names of its rules.
	Name string

	// Path is the absolute path of the executable.
	Path string

	// Flags are passed to it.
	Flags []string
}

// Run analyses the code base. What can't be looked at is no error but among the
// result's failures; an error means that nothing could be.
func Run(ctx context.Context, req Request) (*Result, error) {
	req.View = cmp.Or(req.View, workspace.Work)
	if req.Config.Log == nil {
		req.Config.Log = slog.New(slog.DiscardHandler)
	}
	if req.Tool == "" {
		exe, err := os.Executable()
		if err != nil {
			return nil, err
		}
		req.Tool = exe
	}
	overlay, err := newOverlay(req.Config)
	if err != nil {
		return nil, err
	}
	defer overlay.remove()
	req.Config.Overlay = overlay.file

	platforms := req.Platforms
	if len(platforms) == 0 {
		platforms = []Platform{{req.Config.OS, req.Config.Arch}}
	}
	m := newMerger(len(platforms) > 1)
	for _, p := range platforms {
		if err := onPlatform(ctx, &req, overlay, p, m); err != nil {
			return nil, err
		}
	}
	return m.result(), nil
}

// onPlatform analyses the code base on one platform and adds what it finds to m.
func onPlatform(ctx context.Context, req *Request, overlay *overlay, p Platform, m *merger) error {
	cfg := req.Config
	cfg.OS, cfg.Arch = p.OS, p.Arch
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer w.Close() // temporary files
	r := newRun(req, cfg, overlay, w)
	done := false
	if u, ok := r.everything(); ok {
		if done, err = r.unlisted(ctx, u); err != nil {
			return err
		}
	}
	if !done {
		r = newRun(req, cfg, overlay, w)
		if err := r.listed(ctx); err != nil {
			return err
		}
	}
	if r.whole() {
		r.noteOtherFiles()
	}
	if err := r.resolveConditions(ctx); err != nil {
		return err
	}
	m.add(p, r)
	return nil
}

// A tool is a vet tool as it is run.
type tool struct {
	plugin string // "" for our own
	path   string
	flags  []string
}

// tools returns the tools to run, our own first: what it says of the files is
// needed to understand the others.
func (req *Request) tools() []tool {
	tools := []tool{{path: req.Tool, flags: req.ownFlags()}}
	for _, p := range req.Plugins {
		tools = append(tools, tool{plugin: p.Name, path: p.Path, flags: p.Flags})
	}
	return tools
}
