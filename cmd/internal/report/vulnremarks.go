package report

import (
	"fmt"
	"strings"

	"github.com/gomend/gomend/cmd/internal/config"
	"github.com/gomend/gomend/govuln"
)

// origin returns the origin of findings of an advisory: the change's, if it has brought any.
func (v *Vulns) origin(findings []*govuln.Finding) govuln.Origin {
	if v.Since == nil {
		return ""
	}
	origin := govuln.Carried
	for _, f := range findings {
		switch v.Since.Origins[f] {
		case govuln.ByChange:
			return govuln.ByChange
		case govuln.ByDatabase:
			origin = govuln.ByDatabase
		}
	}
	return origin
}

// originText tells what has brought findings of an advisory.
func (v *Vulns) originText(findings []*govuln.Finding) string {
	switch v.origin(findings) {
	case govuln.ByChange:
		var modules []string
		for _, f := range findings {
			if v.Since.Origins[f] == govuln.ByChange {
				modules = appendNew(modules, f.Module.Rel)
			}
		}
		return "new by this change in " + strings.Join(modules, ", ")
	case govuln.ByDatabase:
		return "new by the database: the code had it before, the advisory was published " + findings[0].Advisory.Published.UTC().Format("2006-01-02")
	case govuln.Carried:
		return "carried: it was known before this change"
	}
	return ""
}

// fixed returns the advisories of which nothing is found any more, in words.
func (v *Vulns) fixed() []string {
	if v.Since == nil {
		return nil
	}
	modules := make(map[string][]string)
	var order []string
	for _, f := range v.Since.Fixed {
		if f.Level == govuln.Required && !v.All {
			continue
		}
		order = appendNew(order, f.Advisory.ID)
		modules[f.Advisory.ID] = appendNew(modules[f.Advisory.ID], f.Module.Rel)
	}
	for i, id := range order {
		order[i] = fmt.Sprintf("%s in %s", id, strings.Join(modules[id], ", "))
	}
	return order
}

// remarks tells what profiles have seen of an advisory, what clears it, and who accepts it.
func (v *Vulns) remarks(g *advisoryGroup) []string {
	var lines []string
	for _, f := range g.findings {
		for _, s := range v.Seen(f) {
			lines = appendNew(lines, fmt.Sprintf("seen running in %s: %s.%s, on %s", s.Profile, s.Package, s.Symbol, plural(s.Samples, "stack")))
		}
	}
	cleared := make(map[string][]string)
	var order []string
	for _, f := range g.findings {
		if text := v.Cleared(f); text != "" {
			order = appendNew(order, text)
			cleared[text] = appendNew(cleared[text], f.Module.Rel)
		}
	}
	for _, text := range order {
		lines = append(lines, fmt.Sprintf("%s (%s)", text, strings.Join(cleared[text], ", ")))
	}
	return append(lines, v.acceptances(g)...)
}

// acceptances tells by whom an advisory is accepted, where, and why.
func (v *Vulns) acceptances(g *advisoryGroup) []string {
	modules := make(map[*config.Acceptance][]string)
	var order []*config.Acceptance
	for _, f := range g.findings {
		a := v.Accepted(f)
		if a == nil {
			continue
		}
		if modules[a] == nil {
			order = append(order, a)
		}
		modules[a] = appendNew(modules[a], f.Module.Rel)
	}
	var lines []string
	for _, a := range order {
		lines = append(lines, fmt.Sprintf("accepted by %s until %s for %s: %s", a.Owner, a.Until, strings.Join(modules[a], ", "), oneLine(a.Reason)))
	}
	return lines
}
