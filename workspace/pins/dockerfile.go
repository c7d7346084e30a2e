package pins

import (
	"bytes"
)

var (
	fromRE  = lazy(`(?i)^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(\S+)`)
	argRE   = lazy(`(?i)^[ \t]*ARG[ \t]`)
	valueRE = lazy(`([A-Za-z_]\w*)=("[^"\n]*"|'[^'\n]*'|[^\s"']*)`)
	refRE   = lazy(`\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^{}]*))?\})`)
)

// A traced text knows where its bytes stand in the file.
type traced struct {
	text []byte
	at   []int
}

func (t *traced) add(text []byte, at int) {
	for i, b := range text {
		t.text, t.at = append(t.text, b), append(t.at, at+i)
	}
}

func (t *traced) join(other traced) {
	t.text, t.at = append(t.text, other.text...), append(t.at, other.at...)
}

// readDockerfile adds the pins of a Dockerfile. The images of its stages may be made of
// arguments: a version is pinned where the argument has its default.
func readDockerfile(f *file) {
	args := make(map[string]traced) // the global ones
	stages := 0
	for i := range f.lines {
		start, end := f.code(i, false)
		line := f.data[start:end]
		if argRE().Match(line) && stages == 0 {
			for _, m := range valueRE().FindAllSubmatchIndex(line, -1) {
				from, to := start+m[4], start+m[5]
				if to-from >= 2 && (f.data[from] == '"' || f.data[from] == '\'') {
					from, to = from+1, to-1
				}
				args[string(line[m[2]:m[3]])] = f.expand(from, to, args)
			}
		}
		if m := fromRE().FindSubmatchIndex(line); m != nil {
			stages++
			f.stage(f.expand(start+m[2], start+m[3], args))
			continue
		}
		f.readLine(i, false)
	}
	f.composed()
}

// longestExpansion is where expanding stops, as arguments may double each other.
const longestExpansion = 4096

// expand puts the values of arguments in their places in the text between two offsets.
func (f *file) expand(start, end int, args map[string]traced) traced {
	var out traced
	last := start
	for _, m := range refRE().FindAllSubmatchIndex(f.data[start:end], -1) {
		out.add(f.data[last:start+m[0]], last)
		last = start + m[1]
		name := f.data[start+max(m[2], m[4]) : start+max(m[3], m[5])]
		value, set := args[string(name)]
		switch {
		case len(out.text)+len(value.text) > longestExpansion:
		case set && len(value.text) > 0:
			out.join(value)
		case m[8] >= 0 && bytes.HasSuffix(f.data[start+m[6]:start+m[7]], []byte("-")):
			out.add(f.data[start+m[8]:start+m[9]], start+m[8])
		default:
			out.add(f.data[start+m[0]:last], start+m[0])
		}
	}
	out.add(f.data[last:end], last)
	return out
}

// stage adds the version in the image of a stage.
func (f *file) stage(img traced) {
	m := imageRE().FindSubmatchIndex(img.text)
	if m == nil || m[0] != 0 {
		return
	}
	i := imageOf(img.text, m)
	start, end := img.at[m[8]], img.at[m[9]-1]+1
	if !i.withGo() || end-start != m[9]-m[8] || string(f.data[start:end]) != string(img.text[m[8]:m[9]]) {
		return // put together of pieces
	}
	p := Pin{Kind: Image, uses: []image{i}}
	if m[1] < len(img.text) {
		p.Why = "the rest of the tag is made of variables"
	}
	if line, _, _ := bytes.Cut(f.data[f.lines[f.position(start).Line-1]:], []byte("\n")); argRE().Match(line) {
		p.Kind = Variable
	}
	f.add(start, end, p)
}
