// Package vex reads and makes statements about whether products are affected by
// vulnerabilities, as OpenVEX documents (https://github.com/openvex/spec, v0.2.0).
//
// The format's types are its own: the module that has them brings protocol buffers and more,
// which every start of the vet tool would pay for.
package vex

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/package-url/packageurl-go"

	"github.com/gomend/gomend/govuln"
)

// Context is the version of the format that documents are made in; those of any version are
// read.
const Context = "https://openvex.dev/ns/v0.2.0"

// A Document is statements by one author.
type Document struct {
	Context    string      `json:"@context"`
	ID         string      `json:"@id"`
	Author     string      `json:"author"`
	Timestamp  time.Time   `json:"timestamp"`
	Version    int         `json:"version"`
	Tooling    string      `json:"tooling,omitempty"`
	Statements []Statement `json:"statements"`
}

// A Statement says how products stand to a vulnerability.
type Statement struct {
	Vulnerability   Vulnerability `json:"vulnerability"`
	Products        []Product     `json:"products,omitempty"`
	Status          Status        `json:"status"`
	Justification   Justification `json:"justification,omitempty"`
	ImpactStatement string        `json:"impact_statement,omitempty"`
	ActionStatement string        `json:"action_statement,omitempty"`
}

// A Vulnerability is one by all its names.
type Vulnerability struct {
	ID          string   `json:"@id,omitempty"`
	Name        string   `json:"name"`
	Description string   `json:"description,omitempty"`
	Aliases     []string `json:"aliases,omitempty"`
}

// A Product is what a statement is about: a program or a module, by its package URL, and the
// dependencies in it that have the vulnerability; in general, if there are none.
type Product struct {
	Component
	Subcomponents []Component `json:"subcomponents,omitempty"`
}

// A Component is named by its package URL.
type Component struct {
	ID          string            `json:"@id,omitempty"`
	Identifiers map[string]string `json:"identifiers,omitempty"`
}

// PURL returns the component's package URL, or "" if it has none.
func (c *Component) PURL() string {
	if p := c.Identifiers["purl"]; p != "" {
		return p
	}
	if strings.HasPrefix(c.ID, "pkg:") {
		return c.ID
	}
	return ""
}

func component(purl string) Component {
	return Component{ID: purl, Identifiers: map[string]string{"purl": purl}}
}

// A Status is how a product stands to a vulnerability.
type Status string

// The statuses.
const (
	NotAffected        Status = "not_affected"
	Affected           Status = "affected"
	Fixed              Status = "fixed"
	UnderInvestigation Status = "under_investigation"
)

// A Justification is why a product is not affected.
type Justification string

// The justifications that the format knows.
const (
	ComponentNotPresent         Justification = "component_not_present"
	CodeNotPresent              Justification = "vulnerable_code_not_present"
	CodeNotInExecutePath        Justification = "vulnerable_code_not_in_execute_path"
	CodeCannotBeControlled      Justification = "vulnerable_code_cannot_be_controlled_by_adversary"
	InlineMitigationsAlreadyPut Justification = "inline_mitigations_already_exist"
)

// Parse reads a document. Statements without products, of unknown status, or that say without
// a reason that something is not affected, are an error, which names the statement.
func Parse(data []byte) (*Document, error) {
	d := new(Document)
	dec := json.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(d); err != nil {
		return nil, fmt.Errorf("it is no OpenVEX document: %w", err)
	}
	if !strings.HasPrefix(d.Context, "https://openvex.dev/ns") {
		return nil, fmt.Errorf("it is no OpenVEX document: its @context is %q", d.Context)
	}
	for i := range d.Statements {
		if err := d.Statements[i].check(); err != nil {
			return nil, fmt.Errorf("statement %d, of %q: %w", i+1, d.Statements[i].Vulnerability.Name, err)
		}
	}
	return d, nil
}

func (s *Statement) check() error {
	if s.Vulnerability.Name == "" && s.Vulnerability.ID == "" && len(s.Vulnerability.Aliases) == 0 {
		return errors.New("it names no vulnerability")
	}
	if len(s.Products) == 0 {
		return errors.New("it names no products")
	}
	switch s.Status {
	case Affected, Fixed, UnderInvestigation:
		return nil
	case NotAffected:
	default:
		return fmt.Errorf("unknown status %q", s.Status)
	}
	switch s.Justification {
	case ComponentNotPresent, CodeNotPresent, CodeNotInExecutePath, CodeCannotBeControlled, InlineMitigationsAlreadyPut:
		return nil
	case "":
		if s.ImpactStatement == "" {
			return errors.New("it says that products are not affected, and not why: add a justification or an impact_statement")
		}
		return nil
	}
	return fmt.Errorf("unknown justification %q", s.Justification)
}

// Of returns what the document says of a finding, or nil: the last statement counts. The
// version is that of the finding's module, or "". A product or a dependency that is named
// with a version is meant in that version alone.
func (d *Document) Of(f *govuln.Finding, version string) *Statement {
	for i := range slices.Backward(d.Statements) {
		if s := &d.Statements[i]; s.names(f) && s.covers(f, version) {
			return s
		}
	}
	return nil
}

func (s *Statement) names(f *govuln.Finding) bool {
	return f.Advisory.Named(s.Vulnerability.Name) || slices.ContainsFunc(s.Vulnerability.Aliases, f.Advisory.Named) ||
		s.Vulnerability.ID != "" && s.Vulnerability.ID == f.Advisory.URL()
}

// covers reports whether a product is the finding's module, with the dependency in it, or that
// dependency itself.
func (s *Statement) covers(f *govuln.Finding, version string) bool {
	dependency := func(c Component) bool { return c.is(f.Dependency, f.Version) }
	return slices.ContainsFunc(s.Products, func(p Product) bool {
		if dependency(p.Component) {
			return true
		}
		return p.is(f.Module.Path, version) && (len(p.Subcomponents) == 0 || slices.ContainsFunc(p.Subcomponents, dependency))
	})
}

// is reports whether a component is a module in a version.
func (c *Component) is(path, version string) bool {
	p, err := packageurl.FromString(c.PURL())
	if err != nil || p.Type != packageurl.TypeGolang || p.Subpath != "" {
		return false // a program in it is not the whole module
	}
	name := p.Name
	if p.Namespace != "" {
		name = p.Namespace + "/" + p.Name
	}
	return strings.EqualFold(name, path) && (p.Version == "" || strings.TrimPrefix(p.Version, "v") == strings.TrimPrefix(version, "v"))
}
