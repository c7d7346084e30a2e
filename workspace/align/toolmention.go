package align

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// callRE matches a call of the go command that takes packages.
var callRE = regexp.MustCompile(`(?i)\bgo(?:\)|\})? +(?:run|install|build|get)\b`)

// pathRE matches what goes on with an import path.
var pathRE = regexp.MustCompile(`^[\w/~-]`)

// largestText is the size of the largest file that is searched.
const largestText = 1 << 20

// mentions returns the lines below root that call the go command with the path of a tool:
// in Go files those of go:generate alone.
func mentions(ctx context.Context, root string, tools []ToolLine) ([]ToolMention, error) {
	var all []ToolMention
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if d.IsDir() {
			switch d.Name() {
			case ".git", "vendor", "node_modules", "testdata":
				return filepath.SkipDir
			}
			return nil
		}
		info, err := d.Info()
		if err != nil || !d.Type().IsRegular() || info.Size() > largestText {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if bytes.IndexByte(content[:min(len(content), 8000)], 0) < 0 {
			all = append(all, mentionsIn(name, content, tools)...)
		}
		return nil
	})
	return all, err
}

func mentionsIn(name string, content []byte, tools []ToolLine) []ToolMention {
	if !slices.ContainsFunc(tools, func(t ToolLine) bool { return bytes.Contains(content, []byte(t.Path)) }) {
		return nil
	}
	var all []ToolMention
	n := 0
	for line := range strings.Lines(string(content)) {
		n++
		if !callRE.MatchString(line) || strings.HasSuffix(name, ".go") && !strings.HasPrefix(line, "//go:generate ") {
			continue
		}
		for _, t := range tools {
			if _, after, found := strings.Cut(line, t.Path); found && !pathRE.MatchString(after) {
				all = append(all, ToolMention{name, n, t.Path, strings.TrimSpace(line)})
				break
			}
		}
	}
	return all
}
