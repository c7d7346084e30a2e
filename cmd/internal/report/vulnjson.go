package report

import (
	"cmp"
	"io"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/vulndb"
	"github.com/gomend/gomend/workspace"
)

func databasesInJSON(databases []*vulndb.Database) []databaseInJSON {
	all := []databaseInJSON{}
	for _, d := range databases {
		all = append(all, databaseInJSON{d.Name, d.Modified.UTC().Format("2006-01-02T15:04:05Z"), d.Digest})
	}
	return all
}

// A vulnDocument is the vulnerabilities of a code base, in JSON.
type vulnDocument struct {
	Version    int              `json:"version"`
	Databases  []databaseInJSON `json:"databases"`
	Advisories []advisoryInJSON `json:"advisories"`
	Toolchain  *toolchainInJSON `json:"toolchain,omitempty"`
	Base       *baseInJSON      `json:"base,omitempty"`
	Elsewhere  []string         `json:"other_platforms"` // advisories that concern other platforms alone
	Unknown    []unknownInJSON  `json:"unknown"`
	Scanned    []scannedInJSON  `json:"scanned"`
	Wrong      []string         `json:"wrong_acceptances"`
	Failures   []string         `json:"not_looked_at"`
}

type baseInJSON struct {
	Commit   string            `json:"commit"`
	Fixed    []findingOfInJSON `json:"fixed"`
	Failures []string          `json:"not_looked_at"`
}

type databaseInJSON struct {
	Name     string `json:"name"`
	Modified string `json:"modified"`
	Digest   string `json:"digest"`
}

type advisoryInJSON struct {
	ID       string          `json:"id"`
	Aliases  []string        `json:"aliases,omitempty"`
	Summary  string          `json:"summary"`
	URL      string          `json:"url,omitempty"`
	Reviewed bool            `json:"reviewed"`
	Level    govuln.Level    `json:"level"` // the nearest of the findings
	Findings []findingInJSON `json:"findings"`
}

type findingInJSON struct {
	Module     string           `json:"module"`
	Dir        string           `json:"dir"`
	View       workspace.View   `json:"view"`
	Platform   string           `json:"platform"`
	Level      govuln.Level     `json:"level"`
	Precision  govuln.Precision `json:"precision"`
	Tests      bool             `json:"tests,omitempty"`
	Tools      bool             `json:"tools,omitempty"`
	Dependency string           `json:"dependency"`
	Version    string           `json:"dependency_version"`
	Fixed      string           `json:"fixed,omitempty"`
	Packages   []string         `json:"packages,omitempty"`
	Calls      []callInJSON     `json:"calls,omitempty"`
	Accepted   *acceptedInJSON  `json:"accepted,omitempty"`
	Cleared    string           `json:"cleared,omitempty"` // by an OpenVEX document
	Seen       []seenInJSON     `json:"seen,omitempty"`    // by a profile
	Origin     govuln.Origin    `json:"origin,omitempty"`  // with --base
}

type seenInJSON struct {
	Profile string `json:"profile"`
	Package string `json:"package"`
	Symbol  string `json:"symbol"`
	Stacks  int    `json:"stacks"`
}

type acceptedInJSON struct {
	Reason  string `json:"reason"`
	Owner   string `json:"owner"`
	Until   string `json:"until"`
	Unfixed string `json:"unfixed,omitempty"`
}

type callInJSON struct {
	Package string        `json:"package"`
	Symbol  string        `json:"symbol"`
	Trace   []frameInJSON `json:"trace"`
}

type frameInJSON struct {
	Module   string `json:"module,omitempty"`
	Version  string `json:"version,omitempty"`
	Package  string `json:"package"`
	Receiver string `json:"receiver,omitempty"`
	Function string `json:"function"`
	File     string `json:"file,omitempty"` // relative to the module
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
}

type unknownInJSON struct {
	Module     string         `json:"module"`
	View       workspace.View `json:"view"`
	Dependency string         `json:"dependency"`
	Directory  string         `json:"directory"`
	Advisories []string       `json:"advisories"`
}

type scannedInJSON struct {
	Module       string         `json:"module"`
	Dir          string         `json:"dir"`
	View         workspace.View `json:"view"`
	Platform     string         `json:"platform"`
	Go           string         `json:"go"`
	Packages     int            `json:"packages"`
	Dependencies int            `json:"dependencies"`
	Loaded       bool           `json:"loaded"` // its calls were looked at
}

func (v *Vulns) writeJSON(w io.Writer) error {
	doc := vulnDocument{
		Version: 1, Databases: databasesInJSON(v.Databases), Advisories: []advisoryInJSON{}, Elsewhere: []string{}, Toolchain: toToolchainInJSON(v.Toolchain, v.Path),
		Unknown: []unknownInJSON{}, Scanned: []scannedInJSON{}, Wrong: append([]string{}, v.Wrong...), Failures: []string{},
	}
	for _, g := range v.groups() {
		a := advisoryInJSON{ID: g.ID, Aliases: g.Aliases, Summary: cmp.Or(g.Summary, oneLine(g.Details)), URL: g.URL(), Reviewed: g.Reviewed(), Level: g.level}
		for _, f := range g.findings {
			out := toFindingInJSON(f)
			out.Cleared = v.Cleared(f)
			for _, seen := range v.Seen(f) {
				out.Seen = append(out.Seen, seenInJSON{seen.Profile, seen.Package, seen.Symbol, seen.Samples})
			}
			if v.Since != nil {
				out.Origin = v.Since.Origins[f]
			}
			if s := v.Accepted(f); s != nil {
				out.Accepted = &acceptedInJSON{s.Reason, s.Owner, s.Until, s.Unfixed}
			}
			a.Findings = append(a.Findings, out)
		}
		doc.Advisories = append(doc.Advisories, a)
	}
	if s := v.Since; s != nil {
		doc.Base = &baseInJSON{Commit: s.Commit, Fixed: []findingOfInJSON{}, Failures: []string{}}
		for _, f := range s.Fixed {
			doc.Base.Fixed = append(doc.Base.Fixed, findingOfInJSON{f.Advisory.ID, toFindingInJSON(f)})
		}
		for i := range s.Failures {
			doc.Base.Failures = append(doc.Base.Failures, s.Failures[i].Error())
		}
	}
	for _, e := range v.Elsewhere {
		doc.Elsewhere = append(doc.Elsewhere, e.ID)
	}
	for _, u := range v.Unknown {
		doc.Unknown = append(doc.Unknown, unknownInJSON{u.Module.Name(), u.View, u.Dependency, u.Directory, u.Advisories})
	}
	for _, s := range v.Scanned {
		doc.Scanned = append(doc.Scanned, scannedInJSON{s.Module.Name(), s.Module.Rel, s.View, s.Platform.String(), s.Go, s.Packages, s.Dependencies, s.Loaded})
	}
	for i := range v.Failures {
		doc.Failures = append(doc.Failures, v.Failures[i].Error())
	}
	return writeIndented(w, doc)
}

func toFindingInJSON(f *govuln.Finding) findingInJSON {
	out := findingInJSON{
		Module: f.Module.Name(), Dir: f.Module.Rel, View: f.View, Platform: f.Platform.String(),
		Level: f.Level, Precision: f.Precision, Tests: f.Tests, Tools: f.Tools,
		Dependency: f.Dependency, Version: f.Version, Fixed: f.Fixed, Packages: f.Packages,
	}
	for _, c := range f.Calls {
		call := callInJSON{Package: c.Package, Symbol: c.Symbol}
		for _, t := range c.Trace {
			call.Trace = append(call.Trace, frameInJSON{t.Module, t.Version, t.Package, t.Receiver, t.Function, t.File, t.Line, t.Column})
		}
		out.Calls = append(out.Calls, call)
	}
	return out
}
