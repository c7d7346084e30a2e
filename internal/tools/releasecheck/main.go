// Releasecheck rehearses a release of this repository, without tags or anything that
// stays: it packs every module at the next version into a module proxy
// on the file system, tidies, builds and vets each against the others' packed
// versions without go.work, and installs the commands from there into an empty
// GOPATH, as a user would from the released version.
//
// Usage:
//
//	go run ./internal/tools/releasecheck
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/internal/tools/stage"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := check(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "releasecheck:", err)
		os.Exit(1)
	}
}

func check(ctx context.Context) error {
	repo, err := stage.Open(".")
	if err != nil {
		return err
	}
	s, err := stage.New(ctx, repo, gocmd.Go{})
	if err != nil {
		return err
	}
	defer s.Close()
	for _, m := range repo.Modules {
		if err := s.Add(ctx, m); err != nil {
			return err
		}
		fmt.Printf("tidied and packed  %s@%s\n", m.Path, repo.Version)
	}
	for _, m := range repo.Modules {
		if err := build(ctx, s.Go(s.Dir(m), "")); err != nil {
			return fmt.Errorf("module %s: %w", m.Path, err)
		}
		fmt.Printf("built and vetted   %s\n", m.Path)
	}
	return install(ctx, repo, s)
}

// build builds and vets a module with what it requires from the proxy.
func build(ctx context.Context, g gocmd.Go) error {
	if _, err := g.Run(ctx, nil, "build", "-o", os.DevNull, "./..."); err != nil {
		return err
	}
	_, err := g.Run(ctx, nil, "vet", "./...")
	return err
}

// install installs the command as the README says, by its version, and runs it.
func install(ctx context.Context, repo *stage.Repo, s *stage.Stage) error {
	gopath, err := os.MkdirTemp("", "gomend-gopath-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(gopath)
	command := repo.Prefix + "/cmd/gomend@" + repo.Version
	if _, err := s.Go(gopath, gopath).Run(ctx, nil, "install", command); err != nil {
		return err
	}
	fmt.Printf("installed          %s\n", command)
	out, err := exec.CommandContext(ctx, filepath.Join(gopath, "bin", "gomend"), "version").CombinedOutput()
	if err != nil {
		return fmt.Errorf("gomend version: %w\n%s", err, out)
	}
	if !strings.Contains(string(out), repo.Version) {
		return fmt.Errorf("gomend version does not say %s:\n%s", repo.Version, out)
	}
	fmt.Printf("ran                gomend version: %s\n", strings.TrimSpace(string(out)))
	// Alone, it has the go command build the program with the codemods.
	list := exec.CommandContext(ctx, filepath.Join(gopath, "bin", "gomend"), "fix", "--list")
	list.Env = append(s.Go(gopath, gopath).Environ(), "XDG_CACHE_HOME="+gopath)
	if out, err = list.CombinedOutput(); err != nil {
		return fmt.Errorf("gomend fix --list: %w\n%s", err, out)
	}
	fmt.Printf("ran                gomend fix --list: %d lines\n", strings.Count(string(out), "\n"))
	return nil
}
