package pins

import (
	"bytes"
	"regexp"
	"strings"
)

// variableName is a name that says that its value is a version of Go.
const variableName = `(?:[A-Za-z0-9]+[_-])*[Gg][Oo](?:[Ll][Aa][Nn][Gg])?_?[Vv][Ee][Rr](?:[Ss][Ii][Oo][Nn])?(?:_[A-Za-z0-9]+)*`

var (
	// What is assigned to a variable, in a shell, a Makefile, a Dockerfile, HCL or TOML.
	assignRE = lazy(`(?:^|[^\w${(-])(` + variableName + `)["']?[ \t]*[:?]{0,2}=[ \t]*["']?(` + specPattern + `)`)
	// The default of a variable, in a shell's or Dockerfile's words.
	defaultRE = lazy(`\$\{(` + variableName + `):?[-=]["']?(` + specPattern + `)`)
	// ENV GO_VERSION 1.15
	envRE = lazy(`^[ \t]*ENV[ \t]+(` + variableName + `)[ \t]+["']?(` + specPattern + `)`)
	// Ruby, in a Vagrantfile: "GO_VERSION": ENV['GO_VERSION'] || "1.15"
	orRE = lazy(`(` + variableName + `)['"]\][ \t]*\|\|[ \t]*["'](` + specPattern + `)`)
	// The package of a package manager, in PowerShell.
	golangRE = lazy(`(?:^|[\s{;,(])(golang)[ \t]*=[ \t]*["'](` + specPattern + `)["']`)
	// A variable of docker buildx bake.
	bakeRE = lazy(`variable[ \t]+"(` + variableName + `)"[ \t]*\{[^{}]*?default[ \t]*=[ \t]*"(` + specPattern + `)"`)

	// A key of a YAML file of any kind.
	plainKeyRE = lazy(`(?m)^[ \t-]*["']?(?:[A-Z]+_)*(?:go-version|go_version|GO_VERSION)["']?:`)

	toolchainRE = lazy(`GOTOOLCHAIN["']?[ \t]*[:?]?[:=][ \t]*["']?(go` + `1\.\d{1,3}(?:\.\d{1,3})?(?:rc\d+)?)`)
	downloadRE  = lazy(`\bgo(1\.\d{1,3}(?:\.\d{1,3})?(?:rc\d+)?)\.(?:linux|darwin|windows|freebsd|netbsd|openbsd|src|aix|illumos|solaris|\$)`)
	wrapperRE   = lazy(`golang\.org/dl/go(1\.\d{1,3}(?:\.\d{1,3})?(?:rc\d+)?)`)
	managerRE   = lazy(`\b(gimme|gvm[ \t]+(?:install|use)|goenv[ \t]+(?:install|global|local)|asdf[ \t]+(?:install|global|local)[ \t]+golang|sem-version[ \t]+go)[ \t]+["']?((?:go)?1\.\d{1,3}(?:\.(?:\d{1,3}|x))?)`)
	packageRE   = lazy(`(?:^|[\s"'=])(?:golang-|go@|golang@)(1\.\d{1,3})\b`)
	sumRE       = lazy(`\b[0-9a-f]{64}\b`)

	// An image whose version is a variable; what it is called, and the rest of the tag.
	composedRE = lazy(`((?:[\w.-]+(?::\d+)?/)*(?:golang|go)):[$<{( \t]*(?:\w+\.)*([\w-]+)[}>) \t]*((?:-[\w.${}()]+)*)(@sha256:)?`)
)

func readText(f *file) {
	for _, m := range bakeRE().FindAllSubmatchIndex(f.data, -1) {
		f.add(m[4], m[5], Pin{Kind: Variable})
	}
	for i := range f.lines {
		f.readLine(i, slashed(f.name))
	}
	f.composed()
}

// readScript reads a file without an extension, if it is a script.
func readScript(f *file) {
	if bytes.HasPrefix(f.data, []byte("#!")) {
		readText(f)
	}
}

// readYAML reads a YAML file of no known kind, as a template of a workflow, if it has what
// these have; else only images.
func readYAML(f *file) {
	if plainKeyRE().Match(f.data) {
		if docs, err := documents(f.data); err == nil {
			y := &ci{file: f, system: unknownSystem, names: make(map[string]bool)}
			for _, d := range docs {
				y.walk(d, nil)
			}
		}
	}
	for i := range f.lines {
		start, end := f.code(i, false)
		f.images(start, end)
	}
}

// code returns the offsets of a line without its comment.
func (f *file) code(i int, slashes bool) (start, end int) {
	start, end = f.lines[i], len(f.data)
	if i+1 < len(f.lines) {
		end = f.lines[i+1] - 1
	}
	mark := []byte("#")
	if slashes {
		mark = []byte("//")
	}
	for at := start; at < end; {
		next := bytes.Index(f.data[at:end], mark)
		if next < 0 {
			break
		}
		at += next
		if at == start || f.data[at-1] == ' ' || f.data[at-1] == '\t' {
			return start, at
		}
		at += len(mark)
	}
	return start, end
}

// readLine adds the pins that a line of any language may have.
func (f *file) readLine(i int, slashes bool) {
	start, end := f.code(i, slashes)
	f.images(start, end)
	line := f.data[start:end]
	for _, re := range []*regexp.Regexp{assignRE(), defaultRE(), envRE(), orRE(), golangRE()} {
		for _, m := range re.FindAllSubmatchIndex(line, -1) {
			if !f.ends(start+m[5], end) {
				continue
			}
			p := Pin{Kind: Variable}
			if name := string(line[m[2]:m[3]]); name == "golang" || f.named(name) {
				p.form = release
			}
			f.add(start+m[4], start+m[5], p)
		}
	}
	for _, m := range toolchainRE().FindAllSubmatchIndex(line, -1) {
		f.add(start+m[2], start+m[3], Pin{Kind: Toolchain, form: release})
	}
	for _, m := range downloadRE().FindAllSubmatchIndex(line, -1) {
		p := Pin{Kind: Download, form: release}
		if sumRE().Match(f.data) {
			p.Why = "the checksum of the archive has to change with it"
		}
		f.add(start+m[2], start+m[3], p)
	}
	for _, m := range wrapperRE().FindAllSubmatchIndex(line, -1) {
		if !f.ends(start+m[3], end) {
			continue
		}
		f.add(start+m[2], start+m[3], Pin{Kind: Download, form: release, Why: "the command that is called by this version's name has to change with it"})
	}
	for _, m := range managerRE().FindAllSubmatchIndex(line, -1) {
		p := Pin{Kind: Install, form: release}
		switch manager := string(line[m[2]:m[3]]); {
		case manager == "gimme":
			p.form = wildcard
		case strings.HasPrefix(manager, "sem-version"):
			p.form = floating
		}
		f.add(start+m[4], start+m[5], p)
	}
	for _, m := range packageRE().FindAllSubmatchIndex(line, -1) {
		f.add(start+m[2], start+m[3], Pin{Kind: Package, Why: "whether there is such a package for a newer Go is not known here"})
	}
}

// ends reports whether a version ends at an offset of a line that ends at another.
func (f *file) ends(at, end int) bool {
	if at >= end {
		return true
	}
	c := f.data[at]
	return c != '.' && c != '_' && c != '-' && !('0' <= c && c <= '9') && !('a' <= c|0x20 && c|0x20 <= 'z')
}

// named reports whether the file has the name of an archive with a release whose version is
// the variable's.
func (f *file) named(variable string) bool {
	known, ok := f.archives[variable]
	if !ok {
		known = f.namesArchive(variable)
		f.archives[variable] = known
	}
	return known
}

func (f *file) namesArchive(variable string) bool {
	for rest := f.data; ; {
		i := bytes.Index(rest, []byte(variable))
		if i < 0 {
			return false
		}
		ahead := bytes.TrimRight(rest[:i], "{(")
		after := bytes.TrimLeft(rest[i+len(variable):], "})")
		if bytes.HasSuffix(ahead, []byte("go$")) && bytes.HasPrefix(after, []byte(".")) {
			return true
		}
		rest = rest[i+len(variable):]
	}
}

// images adds the images between two offsets.
func (f *file) images(start, end int) {
	line := f.data[start:end]
	if !bytes.Contains(line, []byte(":")) {
		return
	}
	for _, m := range imageRE().FindAllSubmatchIndex(line, -1) {
		if m[0] > 0 && continues(line[m[0]-1]) {
			continue
		}
		img := imageOf(line, m)
		if !img.withGo() {
			continue
		}
		p := Pin{Kind: Image, uses: []image{img}}
		if m[1] < len(line) && (line[m[1]] == '$' || line[m[1]] == '{') {
			p.Why = "the rest of the tag is made of variables"
		}
		f.add(start+m[8], start+m[9], p)
	}
}

// continues reports whether a byte belongs to the name that comes after it.
func continues(c byte) bool {
	return c == '-' || c == '_' || c == '.' || c == '/' || c == ':' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// imageOf returns the image of a match.
func imageOf(text []byte, m []int) image {
	group := func(n int) string {
		if m[2*n] < 0 {
			return ""
		}
		return string(text[m[2*n]:m[2*n+1]])
	}
	return image{
		repository: group(1) + group(2),
		ahead:      group(3),
		variant:    strings.TrimPrefix(group(5), "-"),
		digest:     group(6) != "",
	}
}

// composed adds to the variables of the file which images they are part of, but for those
// of a Dockerfile's stages and what these are made of.
func (f *file) composed() {
	for _, m := range composedRE().FindAllSubmatchIndex(f.data, -1) {
		if line := f.data[f.lines[f.position(m[0]).Line-1]:m[1]]; fromRE().Match(line) || argRE().Match(line) {
			continue
		}
		name := string(f.data[m[4]:m[5]])
		img := image{
			repository: string(f.data[m[2]:m[3]]),
			variant:    strings.TrimPrefix(string(f.data[m[6]:m[7]]), "-"),
			digest:     m[8] >= 0,
		}
		if !img.withGo() || !strings.ContainsAny(string(f.data[m[3]:m[4]]), "$<{(") {
			continue
		}
		for i := range f.pins {
			if p := &f.pins[i]; p.Kind == Variable && f.names(p, name) {
				p.uses = append(p.uses, img)
			}
		}
	}
}

// names reports whether the pin is the value of a variable.
func (f *file) names(p *Pin, variable string) bool {
	line := f.data[f.lines[p.Line-1]:p.Offset]
	i := bytes.LastIndex(line, []byte(variable))
	return i >= 0 && (i == 0 || !continues(line[i-1]) || line[i-1] == '-') &&
		!bytes.ContainsAny(line[i+len(variable):], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
}
