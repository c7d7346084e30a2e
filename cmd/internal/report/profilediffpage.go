package report

import (
	"bytes"
	"fmt"
	"io"

	"github.com/gomend/gomend/cmd/internal/page"
	"github.com/gomend/gomend/profiles/compare"
)

const (
	// leastShare is the share of the total from which a page shows stacks, unless these are
	// more than mostNodes: then it is as much larger as it takes.
	leastShare = 0.0005
	mostNodes  = 2000
)

// writePage writes a page with the rows as a table, and the stacks as a flame graph.
func (d *ProfileDiff) writePage(w io.Writer) error {
	var summary bytes.Buffer
	if err := WriteProfileDiffSummary(&summary, d); err != nil {
		return err
	}
	p := page.Page{
		Title: fmt.Sprintf("%s: %s beside %s", d.Type, d.HeadName, d.BaseName),
		Lead:  oneLine(summary.String()),
		Sections: []page.Section{
			{Title: "Stacks", Blocks: []page.Block{d.flame()}},
			{Title: "Rows", Blocks: []page.Block{d.table()}},
		},
	}
	return p.Write(w)
}

func (d *ProfileDiff) flame() page.Flame {
	share := leastShare
	root := d.Tree.Prune(share)
	for root.Count() > mostNodes {
		share *= 1.25
		root = d.Tree.Prune(share)
	}
	f := page.Flame{
		Title: "What changed on stacks",
		Text:  fmt.Sprintf("From the outermost function down; of stacks that cost less than %.2g%% of the total only how many they are is kept.", 100*share),
		Unit:  d.Unit, Root: flameNode(root),
	}
	if f.Unit == "count" {
		f.Unit = d.Type
	}
	// Functions are what a stack is of: only rows that are some tell which change is noise.
	if d.repeated() && (d.By == compare.Function || d.By == compare.Owner) {
		f.Plain = make(map[string]bool)
		for _, r := range d.Rows {
			switch r.Verdict {
			case compare.Unchanged, compare.Inconclusive:
				f.Plain[r.Name] = true
			}
		}
	}
	return f
}

func flameNode(n *compare.Node) *page.FlameNode {
	out := &page.FlameNode{Name: n.Name, Base: n.Base, Head: n.Head, Left: n.Left}
	for _, c := range n.Children {
		out.Children = append(out.Children, flameNode(c))
	}
	return out
}

// mostTableRows is how many rows a page has: those that change least are left out.
const mostTableRows = 200

func (d *ProfileDiff) table() page.Table {
	t := page.Table{Head: []string{"", "change", "of the base", "base", "head"}, Right: []int{1, 2, 3, 4}, Sortable: true}
	if d.repeated() {
		t.Head = append(t.Head, "q", "could see")
		t.Right = append(t.Right, 5, 6)
	}
	t.Head = append(t.Head, string(d.By))
	t.Code = []int{len(t.Head) - 1}
	number := func(v float64, text string) string { return fmt.Sprintf("%.6g\t%s", v, text) }
	rows := d.Rows
	if len(rows) > mostTableRows && !d.All {
		t.Title = fmt.Sprintf("The %d of %d rows that change most", mostTableRows, len(rows))
		rows = rows[:mostTableRows]
	}
	for _, r := range append(rows[:len(rows):len(rows)], &d.Total) {
		part := 0.0
		if r.Base.Flat != 0 {
			part = r.Delta() / r.Base.Flat
		}
		verdict := string(r.Verdict)
		if r.Verdict == compare.Indicative {
			verdict = ""
		}
		row := []string{
			verdict, number(r.Delta(), d.signed(r.Delta())), number(part, relative(r)), number(r.Base.Flat, d.value(r.Base.Flat)), number(r.Head.Flat, d.value(r.Head.Flat)),
		}
		if d.repeated() {
			row = append(row, number(r.Q, fmt.Sprintf("%.2g", r.Q)), number(r.Smallest, "±"+d.value(r.Smallest)))
		}
		t.Rows = append(t.Rows, append(row, rowName(r)))
	}
	return t
}
