package upgrade

import (
	"context"
	"encoding/json"
	"fmt"
	"go/version"
	"os"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/internal/scratch"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/verify"
)

// LocalToolchain is the setting of [Options.Toolchain] with which only the go command at
// hand proves an upgrade.
const LocalToolchain = "local"

// toolchain returns the release of Go with which the upgrade has to be proven besides the
// one at hand: a newer toolchain compiles what the one that users of the code base may have
// does not. It is empty if there is none, and an error if it can't be had.
func (p *planner) toolchain(ctx context.Context) (string, error) {
	if p.o.Toolchain == LocalToolchain {
		return "", nil
	}
	g := gocmd.Go{Dir: p.w.Dir, Base: p.cfg.Env, Log: p.cfg.Log}
	local := g
	local.Env = []string{"GOTOOLCHAIN=local"}
	env, err := local.Getenv(ctx, "GOVERSION")
	if err != nil {
		return "", err
	}
	to := "go" + p.r.To
	release := "go" + strings.TrimPrefix(p.o.Toolchain, "go")
	if p.o.Toolchain == "" {
		if version.Lang(gocmd.Release(env["GOVERSION"])) == version.Lang(to) {
			return "", nil
		}
		if release, err = newestRelease(ctx, g, version.Lang(to)); err != nil {
			return "", err
		}
	}
	if !version.IsValid(release) {
		return "", fmt.Errorf("%q is no release of Go: name one such as %s.1", p.o.Toolchain, version.Lang(to))
	}
	if version.Compare(release, to) < 0 {
		return "", fmt.Errorf("%s is older than the go line %s that it would have to build", release, p.r.To)
	}
	g.Env = []string{"GOTOOLCHAIN=" + release, "GOFLAGS="} // flags of the newer one
	if env, err = g.Getenv(ctx, "GOVERSION"); err != nil {
		return "", fmt.Errorf("%s can't be had: %w", release, err)
	}
	if found := gocmd.Release(env["GOVERSION"]); found != release {
		return "", fmt.Errorf("%s can't be had: the go command that answers for it is %s", release, found)
	}
	return release, nil
}

// newestRelease returns the newest release of a language version, as "go1.22.12" of
// "go1.22". Toolchains are versions of a module that the module proxy has.
func newestRelease(ctx context.Context, g gocmd.Go, lang string) (string, error) {
	env, err := g.Getenv(ctx, "GOTOOLCHAIN")
	if err != nil {
		return "", err
	}
	if setting := env["GOTOOLCHAIN"]; setting != "auto" && !strings.HasSuffix(setting, "+auto") {
		return "", fmt.Errorf("the go command must not fetch another release (GOTOOLCHAIN=%s): name one that is installed with --toolchain", setting)
	}
	// In a module without a go line, the go command would write one.
	if g.Dir, err = scratch.Dir("upgrade"); err != nil {
		return "", err
	}
	defer os.RemoveAll(g.Dir)
	g.Env = []string{"GOWORK=off", "GOFLAGS="}
	out, err := g.Output(ctx, "list", "-m", "-versions", "-json=Versions", "go")
	if err != nil {
		return "", fmt.Errorf("looking for the newest release of %s: %w", lang, err)
	}
	var module struct{ Versions []string }
	if err := json.Unmarshal(out, &module); err != nil {
		return "", fmt.Errorf("looking for the newest release of %s: %w", lang, err)
	}
	newest := ""
	for _, v := range module.Versions {
		release := "go" + v
		if version.Lang(release) == lang && !strings.ContainsAny(v, "abcdefghijklmnopqrstuvwxyz") && version.Compare(release, newest) > 0 {
			newest = release
		}
	}
	if newest == "" {
		return "", fmt.Errorf("no release of %s is known to the module proxy", lang)
	}
	return newest, nil
}

// lookWith returns options to look as look does, with another release of Go. It knows
// workspaces since 1.18, and not the go.work file that gomend makes where there is none.
func (p *planner) lookWith(look verify.Options, release string) verify.Options {
	look.Toolchain, look.Vet, look.Cover = release, false, false
	if len(look.Views) > 1 && (p.w.WorkFile == nil || version.Compare(release, "go1.18") < 0) {
		look.Views = []workspace.View{workspace.Release}
	}
	return look
}
