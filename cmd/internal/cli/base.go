package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/cmd/internal/engine"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/internal/rev"
	"github.com/gomend/gomend/workspace"
)

// compare returns what became of the findings since a revision. The same
// packages are looked at there with the configuration of today.
func (a *app) compare(ctx context.Context, x *analysis, q *question, revision string) (finding.Comparison, error) {
	c, err := a.compareWithBase(ctx, x, q, revision)
	if err != nil {
		return finding.Comparison{}, fmt.Errorf("--base %s: %w", revision, err)
	}
	return c, nil
}

// compareWithBase compares with the commit from which HEAD and the revision have
// parted.
func (a *app) compareWithBase(ctx context.Context, x *analysis, q *question, revision string) (finding.Comparison, error) {
	var none finding.Comparison
	repo, err := rev.Open(ctx, x.code.Root, a.log)
	if err != nil {
		return none, err
	}
	commit, err := repo.ForkPoint(ctx, revision)
	if err != nil {
		return none, err
	}
	workFile := ""
	if x.code.WorkFile != nil {
		workFile = x.code.WorkFile.Path
	}
	tree, err := repo.Checkout(ctx, commit, workFile)
	if err != nil {
		return none, err
	}
	defer tree.Close()
	base := &analysis{code: x.code, cfg: x.cfg, view: x.view, platforms: x.platforms}
	if err := a.analyseBase(ctx, base, x, q, repo, tree); err != nil {
		return none, err
	}
	for _, f := range base.Failures {
		a.log.Warn("not checked at the base: what is found there counts as new", "base", revision, "failure", f.Error())
	}
	change, err := codeChange(ctx, base, x, repo, tree.Commit)
	if err != nil {
		return none, err
	}
	return compareShown(base, x, change), nil
}

// compareShown compares what is shown of two revisions. What was suppressed since
// is neither new nor fixed.
func compareShown(base, x *analysis, change finding.Change) finding.Comparison {
	head := slices.Clone(x.Shown)
	quiet := make(map[string]bool)
	for _, s := range slices.Concat(x.suppressed, x.Excluded) {
		head = append(head, s.Finding)
		quiet[s.Fingerprint] = true
	}
	c := finding.Compare(base.Shown, head, change)
	hidden := func(f finding.Finding) bool { return quiet[f.Fingerprint] }
	c.New = slices.DeleteFunc(c.New, hidden)
	c.Unchanged = slices.DeleteFunc(c.Unchanged, hidden)
	c.Moved = slices.DeleteFunc(c.Moved, func(m finding.Move) bool { return hidden(m.To) })
	return c
}

// analyseBase looks at the tree of another revision. Where the packages did not
// exist yet, nothing was found there.
func (a *app) analyseBase(ctx context.Context, base, x *analysis, q *question, repo *rev.Repo, tree *rev.Tree) error {
	request, err := a.baseRequest(ctx, x, q, repo, tree)
	if err != nil {
		return err
	}
	err = a.run(ctx, base, q, request)
	if nothingThere(err) {
		base.Result = new(engine.Result)
		return nil
	}
	return err
}

// codeChange returns the code of the commit and of the work tree, as findings name
// its files: relative to the root of the code base, which may lie below that of
// the repository.
func codeChange(ctx context.Context, base, x *analysis, repo *rev.Repo, commit string) (finding.Change, error) {
	root, err := filepath.Rel(repo.Root, x.code.Root)
	if err != nil {
		return finding.Change{}, err
	}
	changed, err := repo.Changes(ctx, commit)
	if err != nil {
		return finding.Change{}, err
	}
	name := func(file string) string { return slashPath(root, filepath.FromSlash(file)) }
	c := finding.Change{Base: base.source, Head: x.source, Renamed: make(map[string]string)}
	for _, file := range changed {
		if file.Status == rev.Renamed {
			c.Renamed[name(file.OldPath)] = name(file.Path)
		}
	}
	return c, nil
}

// baseRequest returns the request for the tree of another revision that is like
// the one for the work tree. It runs at the root of the code base, so that files
// have the same names in both.
func (a *app) baseRequest(ctx context.Context, x *analysis, q *question, repo *rev.Repo, tree *rev.Tree) (engine.Request, error) {
	request, err := a.request(ctx, x.code, x.cfg, q)
	if err != nil {
		return request, err
	}
	root, err := filepath.Rel(repo.Root, x.code.Root)
	if err != nil {
		return request, err
	}
	request.Config.Dir = filepath.Join(tree.Dir, root)
	if tree.WorkFile != "" {
		request.Config.Env = append(slices.Clip(a.Environ), "GOWORK="+tree.WorkFile)
	}
	if len(request.Patterns) == 0 {
		request.Patterns = []string{"./..."}
	}
	for i, pattern := range request.Patterns {
		request.Patterns[i], err = fromRoot(x.code, pattern)
		if err != nil {
			return request, err
		}
	}
	return request, nil
}

// fromRoot returns a pattern that means at the root of the code base what the
// given one means where the user stands.
func fromRoot(code *workspace.Workspace, pattern string) (string, error) {
	slash := filepath.ToSlash(pattern)
	if first, _, _ := strings.Cut(slash, "/"); first != "." && first != ".." && !filepath.IsAbs(pattern) {
		return pattern, nil // an import path
	}
	if !filepath.IsAbs(pattern) {
		pattern = filepath.Join(code.Dir, pattern)
	}
	rel, err := filepath.Rel(code.Root, pattern)
	if err != nil {
		return "", err
	}
	return "./" + filepath.ToSlash(rel), nil
}

// nothingThere reports whether an analysis failed because the packages did not
// exist yet.
func nothingThere(err error) bool {
	var noMatch *workspace.NoMatchError
	var noModule *workspace.NoModuleError
	return errors.As(err, &noMatch) || errors.As(err, &noModule) || errors.Is(err, fs.ErrNotExist)
}
