package finding

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// baselineVersion is the version of the file format.
const baselineVersion = 1

// A Baseline holds the findings that were there when a team began, by what
// equals have in common, each with how many there were. What is in it is not
// reported again; what is new is. Nothing but [Baseline.Prune] makes it smaller.
type Baseline struct {
	entries map[string]Entry // by Fingerprint
}

// An Entry stands for one or more equal findings.
type Entry struct {
	// Fingerprint is what the findings' fingerprints have in common; see
	// [Kin].
	Fingerprint string `json:"fingerprint"`

	// Count is how many there are.
	Count int `json:"count"`

	// Rule, Package and Symbol tell a reader what the entry is about. Rule
	// includes the kind.
	Rule    string `json:"rule"`
	Package string `json:"package"`
	Symbol  string `json:"symbol,omitempty"`
}

// NewBaseline returns the baseline of the findings.
func NewBaseline(fs []Finding) *Baseline {
	b := &Baseline{entries: make(map[string]Entry)}
	for i := range fs {
		key := Kin(fs[i].Fingerprint)
		e, ok := b.entries[key]
		if !ok {
			e = newEntry(&fs[i])
		}
		e.Count++
		b.entries[key] = e
	}
	return b
}

func newEntry(f *Finding) Entry {
	return Entry{
		Fingerprint: Kin(f.Fingerprint),
		Rule:        f.ID(),
		Package:     f.Package,
		Symbol:      symbolKey(f.Symbol),
	}
}

// Extend adds what is in other and not in b. Of a finding that is in both it
// keeps the greater count.
func (b *Baseline) Extend(other *Baseline) {
	for key, e := range other.entries {
		if e.Count > b.entries[key].Count {
			b.entries[key] = e
		}
	}
}

// Entries returns the entries in the order of the file: by package, rule and
// symbol, so that a change of the code changes neighbouring lines.
func (b *Baseline) Entries() []Entry {
	return slices.SortedFunc(maps.Values(b.entries), func(x, y Entry) int {
		return cmp.Or(
			cmp.Compare(x.Package, y.Package),
			cmp.Compare(x.Rule, y.Rule),
			cmp.Compare(x.Symbol, y.Symbol),
			cmp.Compare(x.Fingerprint, y.Fingerprint),
		)
	})
}

// Count returns the number of findings in the baseline.
func (b *Baseline) Count() int {
	n := 0
	for _, e := range b.entries {
		n += e.Count
	}
	return n
}

// Filter separates the findings that are not in the baseline from those that
// are. Of equal findings, the first in file order count as known, up to the
// number in the baseline.
func (b *Baseline) Filter(fs []Finding) (fresh []Finding, known []Suppressed) {
	left := b.counts()
	for _, i := range inFileOrder(fs) {
		if key := Kin(fs[i].Fingerprint); left[key] > 0 {
			left[key]--
			known = append(known, Suppressed{fs[i], Silence{Source: FromBaseline}})
		} else {
			fresh = append(fresh, fs[i])
		}
	}
	return fresh, known
}

func (b *Baseline) counts() map[string]int {
	counts := make(map[string]int, len(b.entries))
	for key, e := range b.entries {
		counts[key] = e.Count
	}
	return counts
}

// inFileOrder returns the indices of the findings in the order of [Sort].
func inFileOrder(fs []Finding) []int {
	indices := make([]int, len(fs))
	for i := range indices {
		indices[i] = i
	}
	slices.SortStableFunc(indices, func(i, j int) int { return order(&fs[i], &fs[j]) })
	return indices
}

// ErrIncomplete is returned by [Baseline.Prune] after a run that did not look
// at everything: what it did not see may still be there.
var ErrIncomplete = errors.New("the baseline cannot be pruned: not everything was looked at")

// Prune removes from the baseline what is not among fs any more, and returns
// what it removed, in the order of the file. The findings must be those of a
// complete run: every package on every platform, with every rule at the lowest
// confidence that the baseline was made with.
func (b *Baseline) Prune(fs []Finding, complete bool) (removed []Entry, err error) {
	if !complete {
		return nil, ErrIncomplete
	}
	gone := b.gone(fs)
	for _, e := range gone {
		kept := b.entries[e.Fingerprint]
		kept.Count -= e.Count
		if kept.Count == 0 {
			delete(b.entries, e.Fingerprint)
		} else {
			b.entries[e.Fingerprint] = kept
		}
	}
	return gone, nil
}

// gone returns the entries that fs does not hold, or not as often, with the
// number that is missing.
func (b *Baseline) gone(fs []Finding) []Entry {
	now := NewBaseline(fs)
	var gone []Entry
	for _, e := range b.Entries() {
		if missing := e.Count - now.entries[e.Fingerprint].Count; missing > 0 {
			e.Count = missing
			gone = append(gone, e)
		}
	}
	return gone
}

// A BaselineStat compares a baseline with the findings of a run.
type BaselineStat struct {
	Known int `json:"known"` // in the baseline
	Still int `json:"still"` // of these, still found
	Gone  int `json:"gone"`  // of these, not found any more
	Fresh int `json:"fresh"` // found, and not in the baseline

	// ByRule has the same for each rule and kind, ordered by name.
	ByRule []RuleStat `json:"by_rule"`
}

// A RuleStat is a [BaselineStat] of one kind of a rule.
type RuleStat struct {
	Rule  string `json:"rule"`
	Still int    `json:"still"`
	Gone  int    `json:"gone"`
	Fresh int    `json:"fresh"`
}

// Stat compares the baseline with the findings of a run.
func (b *Baseline) Stat(fs []Finding) BaselineStat {
	rules := make(map[string]*RuleStat)
	of := func(id string) *RuleStat {
		if rules[id] == nil {
			rules[id] = &RuleStat{Rule: id}
		}
		return rules[id]
	}
	fresh, known := b.Filter(fs)
	for i := range fresh {
		of(fresh[i].ID()).Fresh++
	}
	for i := range known {
		of(known[i].ID()).Still++
	}
	gone := 0
	for _, e := range b.gone(fs) {
		of(e.Rule).Gone += e.Count
		gone += e.Count
	}
	stat := BaselineStat{Known: b.Count(), Still: len(known), Gone: gone, Fresh: len(fresh)}
	for _, id := range slices.Sorted(maps.Keys(rules)) {
		stat.ByRule = append(stat.ByRule, *rules[id])
	}
	return stat
}

// Encode returns the baseline as a JSON file with an entry on each line, so
// that version control shows and merges it entry by entry.
func (b *Baseline) Encode() ([]byte, error) {
	var buf bytes.Buffer
	fmt.Fprintf(&buf, "{\n  \"version\": %d,\n  \"findings\": [", baselineVersion)
	for i, e := range b.Entries() {
		line, err := json.Marshal(e)
		if err != nil {
			return nil, fmt.Errorf("baseline entry of %s in %s: %w", e.Rule, e.Package, err)
		}
		if i > 0 {
			buf.WriteByte(',')
		}
		buf.WriteString("\n    ")
		buf.Write(line)
	}
	buf.WriteString("\n  ]\n}\n")
	return buf.Bytes(), nil
}

// ParseBaseline reads what [Baseline.Encode] wrote. The name of the file is for
// errors, which say where it is wrong. An entry that stands there twice, as a
// merge may leave it, counts with the greater number.
func ParseBaseline(name string, data []byte) (*Baseline, error) {
	var file struct {
		Version  int     `json:"version"`
		Findings []Entry `json:"findings"`
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	err := dec.Decode(&file)
	if err == nil {
		if _, trailing := dec.Token(); trailing != io.EOF {
			err = errors.New("more follows after the end of the baseline")
		}
	}
	if file.Version > baselineVersion {
		return nil, fmt.Errorf("%s: version %d is newer than this gomend knows (%d): use a newer gomend", name, file.Version, baselineVersion)
	}
	if err != nil {
		return nil, fmt.Errorf("%s%s: not a baseline: %w; mend it, or make it anew with `gomend baseline create`", name, errorLine(data, err), err)
	}
	if file.Version < 1 {
		return nil, fmt.Errorf("%s: no version: a baseline begins with {\"version\": %d", name, baselineVersion)
	}
	b := &Baseline{entries: make(map[string]Entry)}
	for i, e := range file.Findings {
		if e.Fingerprint == "" || e.Fingerprint != Kin(e.Fingerprint) || e.Count < 1 {
			return nil, fmt.Errorf("%s: entry %d (%s in %s) has no fingerprint or no count: remove it, or restore it from version control", name, i+1, e.Rule, e.Package)
		}
		if e.Count > b.entries[e.Fingerprint].Count {
			b.entries[e.Fingerprint] = e
		}
	}
	return b, nil
}

// errorLine returns ":" and the line at which decoding failed, if it is known.
func errorLine(data []byte, err error) string {
	var offset int64
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = syntax.Offset
	} else if typ, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = typ.Offset
	} else {
		return ""
	}
	before := data[:min(int(offset), len(data))]
	return fmt.Sprintf(":%d", 1+bytes.Count(before, []byte("\n")))
}
