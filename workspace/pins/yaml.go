package pins

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// documents returns the documents of a YAML file.
func documents(data []byte) ([]*yaml.Node, error) {
	var all []*yaml.Node
	for dec := yaml.NewDecoder(bytes.NewReader(data)); ; {
		n := new(yaml.Node)
		err := dec.Decode(n)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
}

// scalar follows an alias to what it stands for.
func scalar(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

// span returns where the text of a scalar stands in the file, without quotes. It is not ok
// if the text is written in another way than it reads.
func (f *file) span(n *yaml.Node) (start, end int, ok bool) {
	start, ok = f.offset(n)
	if !ok || n.Kind != yaml.ScalarNode {
		return 0, 0, false
	}
	rest := f.data[start:]
	// An anchor or a tag stands before the text.
	for len(rest) > 0 && (rest[0] == '&' || rest[0] == '!') {
		i := bytes.IndexByte(rest, ' ')
		if i < 0 {
			return 0, 0, false
		}
		rest = bytes.TrimLeft(rest[i:], " ")
	}
	quote := ""
	switch {
	case n.Style&yaml.SingleQuotedStyle != 0:
		quote = "'"
	case n.Style&yaml.DoubleQuotedStyle != 0:
		quote = `"`
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return 0, 0, false
	}
	if !bytes.HasPrefix(rest, []byte(quote+n.Value+quote)) || strings.ContainsAny(n.Value, "\n\r") {
		return 0, 0, false
	}
	start = len(f.data) - len(rest) + len(quote)
	return start, start + len(n.Value), true
}

// offset returns where a node begins.
func (f *file) offset(n *yaml.Node) (int, bool) {
	if n.Line < 1 || n.Line > len(f.lines) {
		return 0, false
	}
	at := f.lines[n.Line-1]
	if n.Line == 1 && bytes.HasPrefix(f.data, []byte("\ufeff")) {
		at += len("\ufeff")
	}
	for range n.Column - 1 { // columns count characters
		_, size := utf8.DecodeRune(f.data[at:])
		at += size
	}
	return at, at <= len(f.data)
}

// plain reports whether a scalar is written without quotes.
func plain(n *yaml.Node) bool {
	return n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

// quoted returns the span of a scalar with its quotes.
func quoted(n *yaml.Node, start, end int) (int, int) {
	if plain(n) {
		return start, end
	}
	return start - 1, end + 1
}

// addScalar adds the version that a scalar is.
func (f *file) addScalar(n *yaml.Node, p Pin) {
	n = scalar(n)
	start, end, ok := f.span(n)
	if !ok {
		return
	}
	p.yaml = plain(n)
	f.add(start, end, p)
}

// addList adds the versions of a list that something is run with each of.
func (f *file) addList(n *yaml.Node, p Pin) {
	n = scalar(n)
	l := &list{block: n.Style&yaml.FlowStyle == 0}
	var starts []int
	for _, item := range n.Content {
		start, end, ok := f.span(scalar(item))
		if item.Kind == yaml.AliasNode || item.Anchor != "" || !ok {
			l.why = "the list has something in it that is no version"
			continue
		}
		e := element{open: isOpen(item.Value)}
		e.start, e.end = quoted(item, start, end)
		l.elements = append(l.elements, e)
		starts = append(starts, start)
	}
	for i, item := range n.Content {
		if i >= len(starts) || l.why != "" {
			break
		}
		if p.Kind == Image {
			f.imageElement(l, starts[i], item)
			continue
		}
		element := p
		element.list, element.yaml = l, plain(item)
		f.add(starts[i], starts[i]+len(item.Value), element)
	}
	if l.why != "" {
		for _, item := range n.Content {
			single := p
			single.Why = l.why
			if scalar(item).Kind == yaml.ScalarNode {
				f.addScalar(item, single)
			}
		}
	}
}

// imageElement adds the version of an image that is an element of a list.
func (f *file) imageElement(l *list, start int, item *yaml.Node) {
	text := []byte(item.Value)
	m := imageRE().FindSubmatchIndex(text)
	if m == nil || m[0] != 0 || m[1] != len(text) {
		return
	}
	if img := imageOf(text, m); img.withGo() {
		f.add(start+m[8], start+m[9], Pin{Kind: Matrix, list: l, uses: []image{img}})
	}
}

// isOpen reports whether a text stands for a version that is new whatever becomes of Go.
func isOpen(text string) bool {
	switch text {
	case "stable", "oldstable", "latest", "1.x", "1", "^1", ">=1", "~1", "1.*":
		return true
	}
	return strings.Contains(text, "${{") || strings.Contains(text, "oldstable")
}
