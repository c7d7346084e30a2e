package verify

import (
	"context"
	"errors"
	"go/version"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// toolchain builds, vets and tests packages with another release of Go. All of it is done
// by "go test", which has printed JSON since long before "go build" did.
func (l *looker) toolchain(ctx context.Context, u *workspace.Unit, args []string) error {
	g, err := l.switched(ctx, l.goCommand(u))
	if err != nil {
		return err
	}
	flags := slices.Concat([]string{"-json"}, args, l.o.TestFlags)
	if !l.o.Test {
		flags = append(flags, "-run=^$")
	}
	output := make(map[*Package]string) // of the compiler
	began := false
	for e, err := range gocmd.Decode[toolchainEvent](ctx, g, "test", flags...) {
		if err == nil {
			began = true
			l.noteBuild(e, output)
			l.note(e.testEvent)
			continue
		}
		if err := canceled(ctx); err != nil {
			return err
		}
		l.explain(err, output)
		if began {
			continue
		}
		for _, m := range u.Modules { // as where a go line is newer than the release
			l.state.Modules[ModuleKey{l.view, m.Name()}] = err.Error()
		}
	}
	for p, text := range output {
		if p.Broken != "" {
			p.Broken = strings.TrimSpace(text)
		}
	}
	return nil
}

// A toolchainEvent is what "go test -json" prints of a test, or, since Go 1.24, of a build.
type toolchainEvent struct {
	testEvent
	ImportPath, Output string
}

// noteBuild notes that a package, or its tests, do not build.
func (l *looker) noteBuild(e toolchainEvent, output map[*Package]string) {
	if e.Action == "build-output" {
		if p := l.pkg(e.ImportPath); p != nil {
			output[p] += e.Output
		}
		return
	}
	p := l.pkg(e.Package)
	if p == nil || e.Action != "output" || e.Test != "" || !strings.HasPrefix(e.Output, "FAIL\t") {
		return
	}
	for _, what := range []string{"[build failed]", "[setup failed]"} {
		if strings.HasSuffix(strings.TrimSpace(e.Output), what) {
			p.Broken = "it does not build"
		}
	}
}

// explain adds what a failed go command has printed of packages: before Go 1.24, the
// compiler's errors are not among the events.
func (l *looker) explain(err error, output map[*Package]string) {
	var failed *gocmd.Error
	if !errors.As(err, &failed) {
		return
	}
	for _, problem := range failed.Problems {
		if p := l.pkg(problem.Package); p != nil {
			output[p] += problem.String() + "\n"
		}
	}
}

// switched returns the go command of the release.
func (l *looker) switched(ctx context.Context, g gocmd.Go) (gocmd.Go, error) {
	g.Env = append(slices.Clip(g.Env), "GOTOOLCHAIN="+l.o.Toolchain)
	if version.Compare(l.o.Toolchain, "go1.18") >= 0 {
		return g, nil
	}
	local := g
	local.Env = append(slices.Clip(g.Env), "GOTOOLCHAIN=local")
	env, err := local.Getenv(ctx, "GOFLAGS")
	if err != nil {
		return g, err
	}
	g.Env = append(g.Env, "GOFLAGS="+gocmd.DropFlags(env["GOFLAGS"], "buildvcs")) // since 1.18
	return g, nil
}
