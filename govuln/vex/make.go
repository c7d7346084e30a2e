package vex

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/govuln/sbom"
	"github.com/gomend/gomend/workspace"
)

// Options say how to make a document.
type Options struct {
	// Author is who makes the statements.
	Author string

	// Gomend is the version that found out what they say.
	Gomend string

	// Time is when they are made.
	Time time.Time

	// Accepted, if not nil, returns why a finding is lived with, or "".
	Accepted func(*govuln.Finding) string

	// Log, if not nil, gets what git is asked.
	Log *slog.Logger
}

// Make makes a document of what a scan has found: a statement for each advisory and module, on
// what ships. Products are the modules and the programs in them, by the package URLs that their
// bills of materials have, so that who reads both finds the one in the other.
func Make(ctx context.Context, r *govuln.Result, o Options) (*Document, error) {
	versions, err := sbom.OpenVersions(ctx, r.Code, o.Log)
	if err != nil {
		return nil, err
	}
	d := &Document{Context: Context, Author: o.Author, Timestamp: o.Time.UTC().Truncate(time.Second), Version: 1, Tooling: "gomend " + o.Gomend, Statements: []Statement{}}
	for _, group := range groups(r) {
		s, err := o.statement(ctx, group, versions)
		if err != nil {
			return nil, err
		}
		d.Statements = append(d.Statements, *s)
	}
	content, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	d.ID = uuid.NewSHA1(uuid.NameSpaceURL, content).URN()
	return d, nil
}

// groups returns the findings by advisory, module and dependency in its version, of the view
// that tells what ships.
func groups(r *govuln.Result) [][]*govuln.Finding {
	ships := workspace.Release
	if !slices.ContainsFunc(r.Scanned, func(s govuln.Scanned) bool { return s.View == ships }) {
		ships = workspace.Work
	}
	type key struct{ advisory, module, dependency, version string }
	of := make(map[key][]*govuln.Finding)
	var order []key
	for _, f := range r.Findings {
		if f.View != ships {
			continue
		}
		k := key{f.Advisory.ID, f.Module.Dir, f.Dependency, f.Version}
		if of[k] == nil {
			order = append(order, k)
		}
		of[k] = append(of[k], f)
	}
	var all [][]*govuln.Finding
	for _, k := range order {
		all = append(all, of[k])
	}
	return all
}

// statement says how a module stands to an advisory: as on the platform where it is worst.
func (o *Options) statement(ctx context.Context, findings []*govuln.Finding, versions *sbom.Versions) (*Statement, error) {
	worst := slices.MaxFunc(findings, func(a, b *govuln.Finding) int { return cmp.Compare(severity(a), severity(b)) })
	e := worst.Advisory
	s := &Statement{Vulnerability: Vulnerability{ID: e.URL(), Name: e.ID, Description: e.Summary, Aliases: e.Aliases}}
	s.judge(worst)
	if o.Accepted != nil && s.Status == Affected {
		if why := o.Accepted(worst); why != "" {
			s.ActionStatement = "accepted: " + why
		}
	}
	version, err := versions.Of(ctx, worst.Module)
	if err != nil {
		return nil, err
	}
	dependency := (&sbom.Component{Path: worst.Dependency, Module: worst.Dependency, Version: worst.Version}).PURL()
	for _, name := range append([]string{worst.Module.Path}, programs(findings)...) {
		p := &sbom.Component{Path: name, Module: worst.Module.Path, Version: version}
		s.Products = append(s.Products, Product{component(p.PURL()), []Component{component(dependency)}})
	}
	return s, nil
}

// programs returns the programs that findings are about, sorted.
func programs(findings []*govuln.Finding) []string {
	var all []string
	for _, f := range findings {
		for _, path := range f.Programs {
			if path != f.Module.Path && !slices.Contains(all, path) {
				all = append(all, path)
			}
		}
	}
	slices.Sort(all)
	return all
}

// severity sorts findings by how near they come to what ships.
func severity(f *govuln.Finding) int {
	switch {
	case f.Tests:
		return 0
	case f.Level == govuln.Imported && f.Precision != govuln.BySymbol:
		return 3 // it is not known whether it is called
	case f.Level == govuln.Called:
		return 4
	}
	return int(f.Level)
}

// judge says of a finding what it means for the product.
func (s *Statement) judge(f *govuln.Finding) {
	switch {
	case f.Tests:
		s.Status, s.Justification = NotAffected, CodeNotPresent
		s.ImpactStatement = "only tests are built from it"
	case f.Level == govuln.Required:
		s.Status, s.Justification = NotAffected, CodeNotPresent
		s.ImpactStatement = "no vulnerable package is built in"
	case f.Level == govuln.Imported && f.Precision == govuln.BySymbol:
		s.Status, s.Justification = NotAffected, CodeNotInExecutePath
		s.ImpactStatement = "a call graph shows that the vulnerable functions are not called"
	case f.Level == govuln.Imported:
		s.Status = UnderInvestigation
		s.ImpactStatement = "the advisory names no functions: whether the vulnerable code runs is not known"
	default:
		s.Status = Affected
		s.ActionStatement = "no version mends it"
		if f.Fixed != "" {
			s.ActionStatement = fmt.Sprintf("upgrade %s to %s", f.Dependency, f.Fixed)
		}
		if f.Dependency == osv.Stdlib && f.Fixed != "" {
			s.ActionStatement = "build with " + strings.TrimSpace(osv.ToGo(f.Fixed)) + " or later"
		}
	}
}
