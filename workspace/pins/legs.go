package pins

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// legs adds the pins of a list. Of a matrix's combinations that differ in nothing but their
// version, the versions are a list.
func (y *ci) legs(n *yaml.Node, path []string) {
	combinations := n.Style&yaml.FlowStyle == 0 && slices.Contains(path, "matrix") && !slices.Contains(path, "exclude")
	lists := make(map[string]*list)
	for _, c := range n.Content {
		before := len(y.pins)
		y.walk(c, path)
		if !combinations || c.Kind != yaml.MappingNode {
			continue
		}
		rest, version := y.apart(c, path)
		if version == nil {
			continue
		}
		l := lists[rest]
		if l == nil {
			l = &list{block: true}
			lists[rest] = l
		}
		e := element{mapping: true, open: isOpen(version.Value)}
		if start, end, ok := y.span(version); ok {
			e.start, e.end = start, end
		}
		e.from, e.to = y.lineRange(c)
		l.elements = append(l.elements, e)
		for i := before; i < len(y.pins); i++ {
			if p := &y.pins[i]; e.start <= p.Offset && p.Offset < e.end && p.list == nil && p.Why == "" {
				p.list = l
			}
		}
	}
}

// apart returns what a combination has but for its version, and the version. That is nil if
// there is none, or several.
func (y *ci) apart(n *yaml.Node, path []string) (rest string, version *yaml.Node) {
	var b strings.Builder
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if _, ok := y.about(key.Value, path); ok && value.Kind == yaml.ScalarNode {
			if version != nil {
				return "", nil
			}
			version = value
			continue
		}
		write(&b, key)
		write(&b, value)
	}
	return b.String(), version
}

// write writes a node in a way that is the same for the same content.
func write(b *strings.Builder, n *yaml.Node) {
	b.WriteByte('(')
	b.WriteString(n.Value)
	for _, c := range n.Content {
		write(b, c)
	}
	b.WriteByte(')')
}

// lineRange returns the offsets of the lines of a mapping that is an element of a list, or
// zeros if they can't be told, or have something else in them.
func (f *file) lineRange(n *yaml.Node) (from, to int) {
	start, ok := f.offset(n)
	if !ok {
		return 0, 0
	}
	first := f.position(start).Line
	last, ok := f.lastLine(n)
	if !ok || last < first || last > len(f.lines) || string(bytes.TrimSpace(f.data[f.lines[first-1]:start])) != "-" {
		return 0, 0
	}
	from, to = f.lines[first-1], len(f.data)
	if last < len(f.lines) {
		to = f.lines[last]
	}
	if n.Style&yaml.FlowStyle != 0 && (last != first || !bytes.Contains(f.data[start:to], []byte("}"))) {
		return 0, 0
	}
	return from, to
}

// lastLine returns the last line of a node; it is not ok if there is text of several lines
// in it, or anything in brackets, or something that others may refer to.
func (f *file) lastLine(n *yaml.Node) (line int, ok bool) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return 0, false
	}
	if _, _, written := f.span(n); n.Kind == yaml.ScalarNode && !written {
		return 0, false
	}
	line = n.Line
	for _, c := range n.Content {
		if c.Kind != yaml.ScalarNode && c.Style&yaml.FlowStyle != 0 {
			return 0, false
		}
		l, ok := f.lastLine(c)
		if !ok {
			return 0, false
		}
		line = max(line, l)
	}
	return line, true
}
