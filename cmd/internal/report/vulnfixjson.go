package report

import (
	"fmt"
	"io"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/remedy"
)

// A remedyDocument is an upgrade, in JSON.
type remedyDocument struct {
	Version   int               `json:"version"`
	Databases []databaseInJSON  `json:"databases"`
	Wanted    []findingOfInJSON `json:"wanted"`
	Stays     []stayInJSON      `json:"stays"`
	Modules   []remedyInJSON    `json:"modules"`
	Toolchain *toolchainInJSON  `json:"toolchain,omitempty"`
	API       []apiInJSON       `json:"api_changes"`
	Worse     []string          `json:"worse"`
	Harm      []string          `json:"harm"` // the floors that do it
	Failures  []string          `json:"failures"`
	Sound     bool              `json:"sound"`
	Written   bool              `json:"written"`
}

type findingOfInJSON struct {
	Advisory string `json:"advisory"`
	findingInJSON
}

type stayInJSON struct {
	Advisory string `json:"advisory"`
	Module   string `json:"module"`
	View     string `json:"view"`
	Platform string `json:"platform"`
	Why      string `json:"why"`
}

type remedyInJSON struct {
	Module string        `json:"module"`
	Dir    string        `json:"dir"`
	Floors []floorInJSON `json:"floors"`
	Moved  []moveInJSON  `json:"moved"`
	Used   int           `json:"used"`   // modules that provide packages
	Listed int           `json:"listed"` // modules of the build list that move
	GoFrom string        `json:"go_from"`
	GoTo   string        `json:"go_to"`
	Costs  []costInJSON  `json:"costs"`
}

type floorInJSON struct {
	Path  string   `json:"path"`
	From  string   `json:"from"`
	To    string   `json:"to"`
	Ends  []string `json:"ends"`
	Later string   `json:"mended_in,omitempty"` // where a later version asks for less
}

type moveInJSON struct {
	Path string `json:"path"`
	From string `json:"from,omitempty"`
	To   string `json:"to"`
}

type costInJSON struct {
	Advisory string       `json:"advisory"`
	Moved    []moveInJSON `json:"moved"`
	Go       string       `json:"go_without,omitempty"`
}

type toolchainInJSON struct {
	From []string    `json:"from"`
	To   string      `json:"to,omitempty"`
	Ends []string    `json:"ends"`
	Open []string    `json:"open"`
	Pins []pinInJSON `json:"pins"`
}

type pinInJSON struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Kind    string `json:"kind"`
	Version string `json:"version"`
	To      string `json:"to"`
}

type apiInJSON struct {
	Module       string   `json:"module"`
	From         string   `json:"from"`
	To           string   `json:"to"`
	Package      string   `json:"package"`
	Incompatible []string `json:"incompatible"`
	Compatible   int      `json:"compatible"`
}

func (r *Remedy) writeJSON(w io.Writer) error {
	doc := remedyDocument{
		Version: 1, Databases: databasesInJSON(r.Databases), Wanted: []findingOfInJSON{}, Stays: []stayInJSON{}, Modules: []remedyInJSON{},
		Toolchain: toToolchainInJSON(r.Toolchain, r.Path), API: []apiInJSON{}, Worse: []string{}, Harm: []string{}, Failures: []string{},
		Sound: r.Sound(), Written: r.Written,
	}
	for _, f := range r.Wanted {
		doc.Wanted = append(doc.Wanted, findingOfInJSON{f.Advisory.ID, toFindingInJSON(f)})
	}
	for _, s := range r.Stays {
		doc.Stays = append(doc.Stays, stayInJSON{s.Advisory.ID, s.Module.Name(), string(s.View), s.Platform.String(), s.Why})
	}
	for _, m := range r.Modules {
		out := remedyInJSON{
			Module: m.Name(), Dir: m.Rel, Floors: []floorInJSON{}, Moved: toMovesInJSON(m.Moved), Used: m.Used, Listed: m.Listed,
			GoFrom: m.GoFrom, GoTo: m.GoTo, Costs: []costInJSON{},
		}
		for _, f := range m.Floors {
			out.Floors = append(out.Floors, floorInJSON{f.Path, f.From, f.To, entryIDs(f.Ends), f.Later})
		}
		for _, c := range m.Costs {
			out.Costs = append(out.Costs, costInJSON{c.Advisory.ID, toMovesInJSON(c.Moved), c.Go})
		}
		doc.Modules = append(doc.Modules, out)
	}
	for _, c := range r.API {
		doc.API = append(doc.API, apiInJSON{c.Module, c.From, c.To, c.Package, append([]string{}, c.Incompatible...), c.Compatible})
	}
	for i := range r.Before.Failures {
		doc.Failures = append(doc.Failures, r.Before.Failures[i].Error())
	}
	if p := r.Proof; p != nil {
		for i := range p.Worse {
			doc.Worse = append(doc.Worse, regressionText(&p.Worse[i]))
		}
		for _, l := range p.Left {
			doc.Harm = append(doc.Harm, fmt.Sprintf("%s: %v", l.What, l.Err))
		}
		for i := range p.Failures {
			doc.Failures = append(doc.Failures, p.Failures[i].Error())
		}
	}
	return writeIndented(w, doc)
}

func toMovesInJSON(all []remedy.Move) []moveInJSON {
	out := []moveInJSON{}
	for _, v := range all {
		out = append(out, moveInJSON(v))
	}
	return out
}

func toToolchainInJSON(t *govuln.Toolchain, path func(string) string) *toolchainInJSON {
	if t == nil {
		return nil
	}
	out := &toolchainInJSON{
		From: t.From, To: t.To, Ends: append([]string{}, entryIDs(t.Ends)...), Open: append([]string{}, entryIDs(t.Open)...), Pins: []pinInJSON{},
	}
	for _, p := range t.Pins {
		out.Pins = append(out.Pins, pinInJSON{path(p.Filename), p.Line, p.Column, p.What, p.Version, p.To})
	}
	return out
}
