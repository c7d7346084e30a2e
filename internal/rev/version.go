package rev

import (
	"context"
	"path"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// ModuleVersion returns the version that the go command stamps a module with that is built
// from the work tree (https://go.dev/doc/go1.24#go-command): a tag of HEAD, or else a
// pseudo-version by the newest tag before it, with "+dirty" if files differ from it. It is ""
// where nothing was committed. The module is in a directory of the work tree, a slash-separated
// path relative to its root.
func (r *Repo) ModuleVersion(ctx context.Context, modulePath, dir string) (string, error) {
	head, err := r.Resolve(ctx, "HEAD")
	if err != nil {
		return "", nil
	}
	_, major, ok := module.SplitPathVersion(modulePath)
	if !ok {
		return "", &module.InvalidPathError{Kind: "module", Path: modulePath}
	}
	// A major version may have a directory of its own, which tags do not name.
	prefix := strings.TrimSuffix(path.Clean(dir), strings.TrimPrefix(major, "."))
	if prefix = strings.Trim(prefix, "/"); prefix == "." || prefix == "" {
		prefix = ""
	} else {
		prefix += "/"
	}
	version, err := r.newest(ctx, prefix, major, "--points-at", head)
	if err != nil {
		return "", err
	}
	if version == "" {
		older, err := r.newest(ctx, prefix, major, "--merged", head)
		if err != nil {
			return "", err
		}
		at, err := r.Time(ctx, head)
		if err != nil {
			return "", err
		}
		version = module.PseudoVersion(module.PathMajorPrefix(major), older, at.UTC(), head[:12])
	}
	dirty, err := r.Dirty(ctx)
	if err != nil {
		return "", err
	}
	if len(dirty) > 0 {
		version += "+dirty"
	}
	return version, nil
}

// newest returns the newest version among tags of a module, or "".
func (r *Repo) newest(ctx context.Context, prefix, major, which, commit string) (string, error) {
	out, err := r.git(ctx, "tag", which, commit, "--list", prefix+"v*")
	if err != nil {
		return "", err
	}
	newest := ""
	for tag := range strings.Lines(out) {
		version := strings.TrimPrefix(strings.TrimSpace(tag), prefix)
		if semver.Canonical(version) != version || module.IsPseudoVersion(version) || module.CheckPathMajor(version, major) != nil {
			continue
		}
		if newest == "" || semver.Compare(version, newest) > 0 {
			newest = version
		}
	}
	return newest, nil
}
