package doctor

import (
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

var (
	protoSource = lazy(`(?m)^// source: (\S+\.proto)\r?$`)
	// A field in generated code: `protobuf:"bytes,1,opt,name=key,json=…"`.
	goField = lazy(`protobuf:"[a-z0-9]+,(\d+),[^"]*?\bname=(\w+)`)
	// A field in a .proto file, its statement on one line, as formatters have it.
	protoField = lazy(`^(?:repeated |optional |required )?[.\w]+\s+(\w+)\s*=\s*(\d+)$`)
	protoMap   = lazy(`^map\s*<[^>]*>\s*(\w+)\s*=\s*(\d+)$`)
	protoBlock = lazy(`^(message|oneof|enum|service|extend|rpc|group)\b`)
)

// staleProtos tells of fields of .proto files that the code generated from them does not
// have.
func (x *exam) staleProtos(sources []*source) {
	for _, s := range sources {
		if s.module == nil || !strings.HasSuffix(s.name, ".pb.go") || !s.generated() {
			continue
		}
		m := protoSource().FindSubmatch(s.head())
		has := make(map[string]bool)
		for _, f := range goField().FindAllSubmatch(s.data, -1) {
			has[string(f[2])+" = "+string(f[1])] = true
		}
		if m == nil || len(has) == 0 {
			continue // not from a .proto file, or made in another way
		}
		name := x.protoFile(s, string(m[1]))
		data, err := os.ReadFile(name)
		if name == "" || err != nil {
			continue
		}
		lacks := slices.DeleteFunc(protoFields(string(data)), func(f string) bool { return has[f] })
		if len(lacks) > 0 {
			x.add(Finding{
				Level: Risky, Module: s.module, Pos: token.Position{Filename: s.name},
				Text: fmt.Sprintf("it lacks fields that %s has: %s", x.rel(name), some(lacks, 3)),
				Mend: "generate anew",
			})
		}
	}
}

// protoFile returns the .proto file that code was generated from, or "": the one that has
// the name seen from the code's directory or one above it, or else stands beside the code.
func (x *exam) protoFile(s *source, name string) string {
	for dir := s.dir(); ; dir = filepath.Dir(dir) {
		if file := filepath.Join(dir, filepath.FromSlash(name)); there(file) {
			return file
		}
		if dir == x.w.Root || dir == filepath.Dir(dir) {
			break
		}
	}
	if file := filepath.Join(s.dir(), filepath.Base(name)); there(file) {
		return file
	}
	return ""
}

// protoFields returns the fields of the messages of a .proto file, each as "name = number".
func protoFields(text string) []string {
	var fields []string
	var blocks []string // what the braces around are of
	for _, statement := range protoStatements(text) {
		words, end := statement[:len(statement)-1], statement[len(statement)-1]
		words = strings.Join(strings.Fields(words), " ")
		switch end {
		case '{':
			kind := ""
			if m := protoBlock().FindStringSubmatch(words); m != nil {
				kind = m[1]
			}
			blocks = append(blocks, kind)
		case '}':
			if len(blocks) > 0 {
				blocks = blocks[:len(blocks)-1]
			}
		case ';':
			if len(blocks) == 0 || blocks[len(blocks)-1] != "message" && blocks[len(blocks)-1] != "oneof" {
				continue
			}
			words, _, _ = strings.Cut(words, "[") // options
			words = strings.TrimSpace(words)
			m := protoMap().FindStringSubmatch(words)
			if m == nil {
				m = protoField().FindStringSubmatch(words)
			}
			if m != nil && !strings.HasPrefix(words, "option ") {
				fields = append(fields, m[1]+" = "+m[2])
			}
		}
	}
	return fields
}

// protoStatements splits a .proto file into statements, each with what ends it: ";", "{" or
// "}". Comments are left out, and strings are emptied.
func protoStatements(text string) []string {
	var all []string
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		rest := text[i:]
		switch c := text[i]; {
		case strings.HasPrefix(rest, "//"):
			i += lengthUpTo(rest, "\n") - 1
		case strings.HasPrefix(rest, "/*"):
			i += lengthUpTo(rest, "*/") + 1
			b.WriteByte(' ')
		case c == '"' || c == '\'':
			for i++; i < len(text) && text[i] != c; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case c == ';' || c == '{' || c == '}':
			b.WriteByte(c)
			all = append(all, b.String())
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
	return all
}

// lengthUpTo returns how much of a text is before an end, or all if that is not there.
func lengthUpTo(text, end string) int {
	if i := strings.Index(text, end); i >= 0 {
		return i
	}
	return len(text)
}
