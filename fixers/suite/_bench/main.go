package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/mend"
	"github.com/gomend/gomend/fixers/suite"
	"github.com/gomend/gomend/workspace"
)

func main() {
	dir := os.Args[1]
	only := ""
	if len(os.Args) > 3 {
		only = os.Args[3]
	}
	var fixers []*fix.Fixer
	for _, f := range suite.Fixers() {
		if only == "" || f.Name() == only {
			fixers = append(fixers, f)
		}
	}
	res, err := mend.Run(context.Background(), workspace.Config{Dir: dir}, mend.Options{Fixers: fixers, Native: true, Suggestions: len(os.Args) > 2 && os.Args[2] == "all"})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	enc := json.NewEncoder(os.Stdout)
	for _, set := range []struct {
		what string
		s    []mend.Site
	}{{"applied", res.Applied}, {"dropped", res.Dropped}, {"left", res.Left}} {
		for _, s := range set.s {
			enc.Encode(map[string]any{"what": set.what, "fixer": s.Fixer, "kind": s.Kind, "tier": s.Tier, "why": s.Why, "msg": s.Message, "pos": fmt.Sprintf("%s:%d", s.Pos.Filename, s.Pos.Line), "line": s.Line})
		}
	}
	for _, f := range res.Failures {
		fmt.Fprintln(os.Stderr, "failure:", f.Package, f.Context, f.Err)
	}
	for _, c := range res.Changes {
		if err := os.WriteFile(c.File, c.New, 0o666); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
	_ = filepath.Join
}
