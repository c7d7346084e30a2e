package sbom

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/gomend/gomend/internal/rev"
	"github.com/gomend/gomend/workspace"
)

// Versions are those that the code base's own modules are stamped with.
type Versions struct {
	repo  *rev.Repo // nil if the code base is in none
	known map[string]string
}

// OpenVersions finds the repository that a code base is in; it may be in none.
func OpenVersions(ctx context.Context, w *workspace.Workspace, log *slog.Logger) (*Versions, error) {
	repo, err := rev.Open(ctx, w.Root, log)
	if _, none := errors.AsType[*rev.NoRepoError](err); none {
		repo, err = nil, nil
	}
	return &Versions{repo: repo, known: make(map[string]string)}, err
}

// Of returns the version that a module is built with: a tag, or a pseudo-version by the
// commit, with "+dirty" if files differ from it. It is "" if there is no commit.
func (v *Versions) Of(ctx context.Context, m *workspace.Module) (string, error) {
	if version, ok := v.known[m.Dir]; ok || v.repo == nil {
		return version, nil
	}
	rel, err := filepath.Rel(v.repo.Root, m.Dir)
	if err != nil {
		return "", err
	}
	version, err := v.repo.ModuleVersion(ctx, m.Path, filepath.ToSlash(rel))
	if err != nil {
		return "", fmt.Errorf("version of %s: %w", m.Name(), err)
	}
	v.known[m.Dir] = version
	return version, nil
}
