package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/sbom"
	"github.com/gomend/gomend/govuln/vex"
)

// statements are what OpenVEX documents say.
type statements struct {
	app       *app
	documents []*vex.Document
	names     []string // of their files
	cleared   map[*govuln.Finding]string
}

// readVEX reads OpenVEX documents.
func (a *app) readVEX(files []string) (*statements, error) {
	s := &statements{app: a, cleared: make(map[*govuln.Finding]string)}
	for _, name := range files {
		name = a.absolute(name)
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		d, err := vex.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", displayName(a.Dir, name), err)
		}
		s.documents, s.names = append(s.documents, d), append(s.names, displayName(a.Dir, name))
	}
	return s, nil
}

// heed has findings not count that a document says the product is not affected by, or that are
// fixed in it by other means.
func (s *statements) heed(ctx context.Context, r *govuln.Result, p *govuln.Policy) error {
	if len(s.documents) == 0 {
		return nil
	}
	versions, err := sbom.OpenVersions(ctx, r.Code, s.app.log)
	if err != nil {
		return err
	}
	for _, f := range r.Findings {
		version, err := versions.Of(ctx, f.Module)
		if err != nil {
			return err
		}
		for i, d := range s.documents {
			said := d.Of(f, version)
			if said == nil || said.Status != vex.NotAffected && said.Status != vex.Fixed {
				continue
			}
			why := said.ImpactStatement
			if why == "" {
				why = strings.ReplaceAll(string(said.Justification), "_", " ")
			}
			s.cleared[f] = strings.TrimSuffix(fmt.Sprintf("%s by %s of %s: %s", strings.ReplaceAll(string(said.Status), "_", " "), s.names[i], d.Author, why), ": ")
		}
	}
	counts := p.Counts
	p.Counts = func(f *govuln.Finding) bool { return s.cleared[f] == "" && (counts == nil || counts(f)) }
	return nil
}

// text returns what clears a finding, or "".
func (s *statements) text(f *govuln.Finding) string { return s.cleared[f] }

// writeVEX writes what was found as an OpenVEX document.
func (a *app) writeVEX(ctx context.Context, w io.Writer, author string, v *report.Vulns) error {
	at := time.Now()
	if epoch := a.getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return fmt.Errorf("SOURCE_DATE_EPOCH=%s is no number of seconds", epoch)
		}
		at = time.Unix(seconds, 0)
	}
	d, err := vex.Make(ctx, v.Result, vex.Options{Author: author, Gomend: v.Gomend, Time: at, Log: a.log, Accepted: func(f *govuln.Finding) string {
		if s := v.Accepted(f); s != nil {
			return fmt.Sprintf("%s (%s, until %s)", s.Reason, s.Owner, s.Until)
		}
		return ""
	}})
	if err != nil {
		return err
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(d)
}

// sightings are what profiles have seen.
type sightings struct {
	of func(*govuln.Finding) []report.Seen
}

// readEvidence reads profiles of running programs.
func (a *app) readEvidence(files []string) (*sightings, error) {
	type read struct {
		name string
		*govuln.Evidence
	}
	var all []read
	for _, name := range files {
		name = a.absolute(name)
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		e, err := govuln.ReadEvidence(file)
		file.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", displayName(a.Dir, name), err)
		}
		all = append(all, read{displayName(a.Dir, name), e})
	}
	return &sightings{func(f *govuln.Finding) []report.Seen {
		var seen []report.Seen
		for _, r := range all {
			for _, s := range r.Of(f) {
				seen = append(seen, report.Seen{Sighting: s, Profile: r.name})
			}
		}
		return seen
	}}, nil
}
