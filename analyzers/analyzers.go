// Package analyzers is gomend's rules for code that takes Go services down.
//
// Each rule is a package of its own that exports a go/analysis Analyzer, for
// whoever wants one of them in a driver of their own; [Rules] is all of them
// with what else is known of each.
package analyzers

import (
	"github.com/gomend/gomend/analyzers/deadlock"
	"github.com/gomend/gomend/analyzers/goroutineleak"
	"github.com/gomend/gomend/analyzers/pooledctx"
	"github.com/gomend/gomend/analyzers/poolmisuse"
	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/analyzers/timerleak"
	"github.com/gomend/gomend/analyzers/timerstale"
)

//go:generate go run ./internal/pagegen deadlock goroutineleak pooledctx poolmisuse timerleak timerstale
//go:generate go run ./internal/docgen ../docs/rules

// Rules returns all rules, sorted by name. The slice is the caller's; the rules
// are shared and must not be changed.
func Rules() []*rule.Rule {
	return []*rule.Rule{
		deadlock.Rule,
		goroutineleak.Rule,
		pooledctx.Rule,
		poolmisuse.Rule,
		timerleak.Rule,
		timerstale.Rule,
	}
}
