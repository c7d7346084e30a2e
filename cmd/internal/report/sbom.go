package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/govuln/sbom"
)

// XML is CycloneDX in XML.
const XML Format = "xml"

// BillFormats returns the formats for bills of materials.
func BillFormats() []Format { return []Format{JSON, XML, Text} }

// BillChangeFormats returns the formats for what differs between bills, and from programs.
func BillChangeFormats() []Format { return []Format{Text, JSON} }

// WriteBills writes bills of materials: as documents, of which there can be one, or as tables
// for people.
func WriteBills(w io.Writer, f Format, bills []*sbom.Bill) error {
	for _, b := range bills {
		var err error
		switch f {
		case JSON:
			err = b.Write(w, sbom.JSON)
		case XML:
			err = b.Write(w, sbom.XML)
		default:
			err = writeBill(w, b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func writeBill(w io.Writer, b *sbom.Bill) error {
	if _, err := fmt.Fprintf(w, "%s %s: %s, built with %s for %s\n", b.Product.Path, versionText(b.Product), plural(len(b.Components), "module"), b.Go, b.Platform); err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range b.Components {
		note := ""
		switch {
		case c.Directory:
			note = "a directory in its place"
		case c.Replaces != nil:
			note = "in the place of " + c.Replaces.Path
		case c.Own:
			note = "of this code base"
		}
		line := fmt.Sprintf("  %s\t%s\t%s", c.Path, versionText(c), plural(len(c.Packages), "package"))
		if note != "" {
			line += "\t" + note
		}
		fmt.Fprintln(t, line)
	}
	return t.Flush()
}

func versionText(c *sbom.Component) string {
	if c.Path == osv.Stdlib {
		return osv.ToGo(c.Version)
	}
	return cmp.Or(c.Version, "of no version")
}

// A BillChange is what differs between the bills of a product at two times.
type BillChange struct {
	Bill      *sbom.Bill
	New, Gone bool
	Changes   []sbom.Change
}

// WriteBillChanges writes what differs between bills, in one of the [BillChangeFormats].
func WriteBillChanges(w io.Writer, f Format, all []BillChange) error {
	if f == JSON {
		return writeBillChangesJSON(w, all)
	}
	var b strings.Builder
	for _, c := range all {
		state := ""
		switch {
		case c.New:
			state = ", which is new"
		case c.Gone:
			state = ", which is gone"
		case len(c.Changes) == 0:
			state = ": as before"
		}
		fmt.Fprintf(&b, "%s (%s)%s\n", c.Bill.Product.Path, c.Bill.Platform, state)
		for _, change := range c.Changes {
			switch {
			case change.From == "":
				fmt.Fprintf(&b, "  + %s %s\n", change.Path, change.To)
			case change.To == "":
				fmt.Fprintf(&b, "  - %s %s\n", change.Path, change.From)
			default:
				fmt.Fprintf(&b, "  ~ %s %s → %s\n", change.Path, change.From, change.To)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeBillChangesJSON(w io.Writer, all []BillChange) error {
	type change struct {
		Path string `json:"path"`
		From string `json:"from,omitempty"`
		To   string `json:"to,omitempty"`
	}
	type product struct {
		Product  string   `json:"product"`
		Platform string   `json:"platform"`
		New      bool     `json:"new,omitempty"`
		Gone     bool     `json:"gone,omitempty"`
		Changes  []change `json:"changes"`
	}
	products := []product{}
	for _, c := range all {
		p := product{c.Bill.Product.Path, c.Bill.Platform.String(), c.New, c.Gone, []change{}}
		for _, one := range c.Changes {
			p.Changes = append(p.Changes, change(one))
		}
		products = append(products, p)
	}
	return writeIndented(w, struct {
		Version  int       `json:"version"`
		Products []product `json:"products"`
	}{1, products})
}

// WriteDrift writes what differs between a program and its code, in one of the
// [BillChangeFormats].
func WriteDrift(w io.Writer, f Format, b *sbom.Bill, all []sbom.Drift) error {
	if f == JSON {
		type drift struct {
			Path   string `json:"path"`
			What   string `json:"what"`
			Code   string `json:"code,omitempty"`
			Binary string `json:"binary,omitempty"`
		}
		out := []drift{}
		for _, d := range all {
			out = append(out, drift{d.Path, d.What, d.Bill, d.Binary})
		}
		return writeIndented(w, struct {
			Version int     `json:"version"`
			Product string  `json:"product"`
			Drift   []drift `json:"drift"`
		}{1, b.Product.Path, out})
	}
	var text strings.Builder
	for _, d := range all {
		switch {
		case d.Bill == "":
			fmt.Fprintf(&text, "%s %s is in the program, and not in the code\n", d.Path, d.Binary)
		case d.Binary == "":
			fmt.Fprintf(&text, "%s %s is in the code, and not in the program\n", d.Path, d.Bill)
		case d.What == "sum":
			fmt.Fprintf(&text, "%s has the hash %s in the program, and %s in the code\n", d.Path, d.Binary, d.Bill)
		default:
			fmt.Fprintf(&text, "%s is %s in the program, and %s in the code\n", d.Path, d.Binary, d.Bill)
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func writeIndented(w io.Writer, doc any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(doc)
}
