package doctor

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
)

// A directive is a //go:generate line.
type directive struct {
	source  *source
	line    int
	program string // the last element of its path
	args    []string
}

var generateLine = lazy(`(?m)^//go:generate[ \t]+(\S.*?)\r?$`)

// directives returns the //go:generate lines of a file that run a program by itself, or by
// "go run" or "go tool".
func directives(s *source) []directive {
	var all []directive
	for _, i := range generateLine().FindAllSubmatchIndex(s.data, -1) {
		words := strings.Fields(string(s.data[i[2]:i[3]]))
		if strings.ContainsAny(string(s.data[i[2]:i[3]]), "\"'`|>&;") {
			continue // quoted words may have anything in them
		}
		if len(words) > 2 && words[0] == "go" && (words[1] == "run" || words[1] == "tool") {
			words = words[2:]
			for len(words) > 1 && strings.HasPrefix(words[0], "-") {
				words = words[1:]
			}
		}
		program, _, _ := strings.Cut(words[0], "@")
		if prefix, _, ok := module.SplitPathVersion(program); ok {
			program = prefix
		}
		all = append(all, directive{s, s.line(i[0]), path.Base(program), words[1:]})
	}
	return all
}

// flags returns the value of the first flag of these names, with one dash or two, or "".
func (d *directive) flag(names ...string) string {
	for i, arg := range d.args {
		for _, name := range names {
			rest, ok := strings.CutPrefix(strings.TrimPrefix(arg, "-"), "-"+name)
			if !ok {
				rest, ok = strings.CutPrefix(arg, "-"+name)
			}
			switch {
			case !ok:
			case strings.HasPrefix(rest, "="):
				return rest[1:]
			case rest == "" && i+1 < len(d.args):
				return d.args[i+1]
			}
		}
	}
	return ""
}

// output returns the file that is generated, or a directory for several; "" if that is not
// known.
func (d *directive) output() string {
	var out string
	switch d.program {
	case "stringer":
		if out = d.flag("output"); out == "" {
			first, _, _ := strings.Cut(d.flag("type"), ",")
			if first == "" || len(d.args) > 0 && !strings.HasPrefix(d.args[len(d.args)-1], "-") && d.args[len(d.args)-1] != d.flag("type") {
				return "" // it may be about another directory
			}
			out = strings.ToLower(first) + "_string.go"
		}
	case "enumer":
		out = d.flag("output")
	case "mockgen":
		out = d.flag("destination")
	case "moq":
		out = d.flag("out")
	case "counterfeiter":
		out = d.flag("o")
	case "msgp":
		out = d.flag("o")
	}
	out = os.Expand(out, func(name string) string {
		if name == "GOFILE" {
			return filepath.Base(d.source.name)
		}
		return "$"
	})
	if out == "" || strings.Contains(out, "$") || filepath.IsAbs(out) {
		return ""
	}
	return filepath.Join(d.source.dir(), filepath.FromSlash(out))
}

func there(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
