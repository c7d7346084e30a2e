// Tidy runs "go mod tidy" for every module of this repository as if the others were
// released. Sums of siblings do not enter go.sum.
//
// Usage:
//
//	go run ./internal/tools/tidy [-diff]
//
// With -diff it writes nothing, prints what would change, and exits with status 1 if
// anything would.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/aymanbagabas/go-udiff"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/internal/tools/stage"
)

func main() {
	diff := flag.Bool("diff", false, "write nothing; print what would change, and fail if anything would")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	changed, err := tidy(ctx, *diff)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "tidy:", err)
		os.Exit(2)
	}
	if changed && *diff {
		fmt.Fprintln(os.Stderr, "tidy: run \"make tidy\"")
		os.Exit(1)
	}
}

// tidy tidies every module and reports whether any file changed or would.
func tidy(ctx context.Context, diff bool) (changed bool, err error) {
	repo, err := stage.Open(".")
	if err != nil {
		return false, err
	}
	s, err := stage.New(ctx, repo, gocmd.Go{})
	if err != nil {
		return false, err
	}
	defer s.Close()
	for _, m := range repo.Modules {
		if err := s.Add(ctx, m); err != nil {
			return false, err
		}
	}
	for _, m := range repo.Modules {
		mod, sum, err := s.Tidied(m)
		if err != nil {
			return false, err
		}
		for name, content := range map[string][]byte{"go.mod": mod, "go.sum": sum} {
			differs, err := update(repo.Root, filepath.Join(m.Dir, name), content, diff)
			if err != nil {
				return false, err
			}
			changed = changed || differs
		}
	}
	return changed, nil
}

// update gives the named file its content, or none, and says so; if diff is set, it
// shows instead how the file differs. It reports whether the file differs.
func update(root, name string, content []byte, diff bool) (bool, error) {
	old, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if bytes.Equal(old, content) {
		return false, nil
	}
	rel, err := filepath.Rel(root, name)
	if err != nil {
		return false, err
	}
	rel = filepath.ToSlash(rel)
	if diff {
		fmt.Print(udiff.Unified("a/"+rel, "b/"+rel, string(old), string(content)))
		return true, nil
	}
	fmt.Println("tidied", rel)
	if len(content) == 0 {
		return true, os.Remove(name)
	}
	return true, os.WriteFile(name, content, 0o666)
}
