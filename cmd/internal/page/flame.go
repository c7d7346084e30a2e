package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"strings"
)

// A Flame is a differential flame graph: stacks of two sides laid over each other, which the
// reader can zoom into and search. Without scripts it is not shown; a [Table] beside it has the
// same for all.
type Flame struct {
	Title string
	Text  string // what is shown

	// Unit is that of values: "nanoseconds", "bytes", or a noun for what is counted.
	Unit string

	// Root is the whole.
	Root *FlameNode

	// Plain are the functions whose change is not significant: they are grey. It is nil where
	// nothing was tested.
	Plain map[string]bool
}

// A FlameNode is a function on stacks, with what these cost on each side.
type FlameNode struct {
	Name       string
	Base, Head float64
	Children   []*FlameNode
	Left       int // functions below it that are left out
}

func (Flame) kind() string { return "flame" }

//go:embed flame.js
var script string

// scriptHash returns what a content security policy calls the script by.
func scriptHash() string {
	sum := sha256.Sum256([]byte(script))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// scripted reports whether a page needs the script.
func (p *Page) scripted() bool {
	for _, s := range p.Sections {
		for _, b := range s.Blocks {
			if _, ok := b.(Flame); ok {
				return true
			}
		}
	}
	return false
}

// Policy returns the content security policy of the page: it loads nothing, and runs nothing
// but the one script that it may have.
func (p *Page) Policy() string {
	policy := "default-src 'none'; style-src 'unsafe-inline'"
	if p.scripted() {
		policy += "; script-src '" + scriptHash() + "'"
	}
	return policy
}

// Script returns the script, if the page needs it.
func (p *Page) Script() template.JS {
	if !p.scripted() {
		return ""
	}
	return template.JS(script)
}

// Data returns the graph for the script: names once, and a node as its name's index, both
// values, the children, and how many are left out.
func (f Flame) Data() (template.JS, error) {
	d := flameData{Unit: f.Unit, Tested: f.Plain != nil, index: make(map[string]int), Plain: []int{}}
	d.Root = d.node(f.Root)
	for name := range f.Plain {
		if i, ok := d.index[name]; ok {
			d.Plain = append(d.Plain, i)
		}
	}
	data, err := json.Marshal(d) // which escapes what could end the element
	return template.JS(data), err
}

type flameData struct {
	Unit   string   `json:"unit"`
	Tested bool     `json:"tested"`
	Names  []string `json:"names"`
	Plain  []int    `json:"plain"`
	Root   []any    `json:"root"`

	index map[string]int
}

func (d *flameData) node(n *FlameNode) []any {
	i, ok := d.index[n.Name]
	if !ok {
		i = len(d.Names)
		d.index[n.Name] = i
		d.Names = append(d.Names, strings.ToValidUTF8(n.Name, "�"))
	}
	out := []any{i, round(n.Base), round(n.Head)}
	if len(n.Children) > 0 || n.Left > 0 {
		children := []any{}
		for _, c := range n.Children {
			children = append(children, d.node(c))
		}
		out = append(out, children)
	}
	if n.Left > 0 {
		out = append(out, n.Left)
	}
	return out
}

// round leaves out digits that nobody sees.
func round(v float64) float64 {
	if v > 1000 || v < -1000 {
		return float64(int64(v))
	}
	return float64(int64(v*10)) / 10
}
