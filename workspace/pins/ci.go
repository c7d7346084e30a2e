package pins

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A system is what reads a YAML file.
type system string

const (
	github    system = "github"
	travis    system = "travis"
	golangci  system = "golangci-lint"
	promu     system = "promu"
	appEngine system = "app engine"
	other     system = "other"

	unknownSystem system = "unknown"
)

var (
	// A key that says that its value is a version of Go, or versions.
	keyRE = lazy(`(?i)^(?:[a-z0-9]+[._-])*go(?:lang)?[._-]?ver(?:sion)?s?(?:[_-][a-z0-9]+)*$`)
	// What a workflow takes its version from.
	expressionRE = lazy(`\$\{\{[^{}]*?(?:matrix|env|inputs|github\.event\.inputs)\.(?:[\w-]+\.)*([\w-]+)\s*\}\}`)
	// A comparison with a version, in a workflow's condition.
	compareRE = lazy(`(?:[\w.-]*go[\w.-]*\s*[!=]=|(?:contains|startsWith)\([\w.-]*go[\w.-]*,)\s*'(` + specPattern + `)'`)
	// A version in a list that is written as JSON.
	jsonRE    = lazy(`["'](` + specPattern + `)["']`)
	runtimeRE = lazy(`(?m)^\s*runtime:\s*["']?go(1\d{1,3})["']?\s*$`)
)

// readCI returns how to read the YAML files of a system.
func readCI(s system) func(*file) {
	return func(f *file) {
		docs, err := documents(f.data)
		if err != nil {
			// It may be a template. What looks like a version is told.
			readText(f)
			for i := range f.pins {
				f.pins[i].Why = "the file can't be read as YAML: " + err.Error()
			}
			return
		}
		y := &ci{file: f, system: s, names: make(map[string]bool)}
		for _, d := range docs {
			y.collect(d)
		}
		for _, d := range docs {
			y.walk(d, nil)
		}
		if s == appEngine {
			f.readRuntime()
		}
		readText(f)
	}
}

// A ci reads a YAML file of a system.
type ci struct {
	*file
	system system
	names  map[string]bool // of matrix dimensions, variables and inputs that name a version
}

// collect finds what the places that take a version of Go have it from.
func (y *ci) collect(n *yaml.Node) {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			if value.Kind != yaml.ScalarNode || !keyRE().MatchString(key.Value) && !strings.Contains(value.Value, "golang:") {
				continue
			}
			for _, m := range expressionRE().FindAllStringSubmatch(value.Value, -1) {
				y.names[m[1]] = true
			}
		}
	}
	for _, c := range n.Content {
		y.collect(c)
	}
}

// walk adds the pins of a node and of those below it. The path is the keys that lead to it,
// "-" for an element of a list.
func (y *ci) walk(n *yaml.Node, path []string) {
	switch n.Kind {
	case yaml.DocumentNode:
		for _, c := range n.Content {
			y.walk(c, path)
		}
	case yaml.SequenceNode:
		y.legs(n, append(slices.Clip(path), "-"))
	case yaml.MappingNode:
		y.task(n)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i].Value, n.Content[i+1]
			y.entry(key, value, path)
			y.walk(value, append(slices.Clip(path), key))
		}
	}
}

// entry adds the pin that an entry of a mapping is.
func (y *ci) entry(key string, value *yaml.Node, path []string) {
	p, ok := y.about(key, path)
	if key == "if" || key == "condition" {
		y.condition(value)
	}
	to := scalar(value)
	if to.Kind == yaml.SequenceNode && (slices.Contains(path, "matrix") || key == "image" || key == "images") {
		y.imageList(to)
	}
	if !ok {
		return
	}
	switch to.Kind {
	case yaml.ScalarNode:
		y.addScalar(to, p)
		y.addWritten(to, p)
	case yaml.SequenceNode:
		p.Kind = Matrix
		y.addList(to, p)
	case yaml.MappingNode:
		// An input or a parameter, with a default.
		for i := 0; i+1 < len(to.Content); i += 2 {
			if k := to.Content[i].Value; k == "default" || k == "value" {
				y.addScalar(to.Content[i+1], Pin{Kind: Variable, form: p.form, seen: p.seen})
			}
		}
	}
}

// about reports whether a key, at the end of a path, is that of a version of Go, and what
// kind of pin that is.
func (y *ci) about(key string, path []string) (Pin, bool) {
	p := Pin{Kind: Variable}
	parent := ""
	if len(path) > 0 {
		parent = path[len(path)-1]
	}
	inMatrix := slices.Contains(path, "matrix")
	switch {
	case inMatrix && slices.Contains(path, "exclude"):
		p.Kind = Condition
		p.Why = "a combination is excluded: whether it has to be for a newer Go is not known here"
	case parent == "with":
		p.Kind = Install
	case inMatrix:
		p.Kind = Matrix
	}
	if y.system == unknownSystem {
		return p, plainKeyRE().MatchString(key + ":")
	}
	if key == "GOTOOLCHAIN" {
		return Pin{Kind: Toolchain, form: release}, true
	}
	p.seen = y.names[key]
	if keyRE().MatchString(key) {
		if p.Kind == Variable && y.named(key) {
			p.form = release
		}
		return p, true
	}
	if y.names[key] {
		return p, inMatrix || parent == "env" || parent == "inputs" || parent == "variables"
	}
	switch y.system {
	case github:
		return p, (key == "go" || key == "golang") && inMatrix
	case travis:
		p.Kind, p.form = Install, wildcard
		return p, key == "go" && (len(path) == 0 || parent == "-" || parent == "matrix" || parent == "jobs")
	case golangci:
		p.Kind = Tool
		return p, key == "go" && parent != "" || key == "lang-version"
	case promu:
		p.Kind = Install
		return p, key == "version" && parent == "go"
	}
	p.Kind = Install
	return p, key == "golang" && (parent == "tools" || parent == "default_language_version") ||
		(key == "go" || key == "golang") && inMatrix
}

// task adds the pins of mappings that are versions of Go by another entry of theirs.
func (y *ci) task(n *yaml.Node) {
	entries := make(map[string]*yaml.Node)
	for i := 0; i+1 < len(n.Content); i += 2 {
		entries[n.Content[i].Value] = n.Content[i+1]
	}
	value := func(key string) string {
		if v := entries[key]; v != nil && v.Kind == yaml.ScalarNode {
			return v.Value
		}
		return ""
	}
	inner := func(key, name string, p Pin) {
		v := entries[key]
		for i := 0; v != nil && i+1 < len(v.Content); i += 2 {
			if v.Kind == yaml.MappingNode && v.Content[i].Value == name {
				y.addScalar(v.Content[i+1], p)
			}
		}
	}
	if strings.HasPrefix(value("task"), "GoTool@") {
		inner("inputs", "version", Pin{Kind: Install, form: release})
	}
	inner("go/install", "version", Pin{Kind: Install, form: release})
	if value("name") == "go/default" && entries["tag"] != nil {
		y.addScalar(entries["tag"], Pin{Kind: Image, uses: []image{{repository: "cimg/go"}}})
	}
	if keyRE().MatchString(value("name")) && entries["value"] != nil {
		p := Pin{Kind: Variable}
		if y.named(value("name")) {
			p.form = release
		}
		y.addScalar(entries["value"], p)
	}
	if v := entries["runtime_version"]; v != nil && value("operating_system") != "" {
		y.addScalar(v, Pin{Kind: Image, Why: "whether the platform offers a newer Go is not known here"})
	}
}

// imageList adds the images that a list is made of.
func (y *ci) imageList(n *yaml.Node) {
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode || imageRE().FindString(item.Value) != item.Value {
			return
		}
	}
	if len(n.Content) > 1 {
		y.addList(n, Pin{Kind: Image})
	}
}

// addWritten adds the versions of a list that is written as JSON.
func (y *ci) addWritten(n *yaml.Node, p Pin) {
	start, end, ok := y.span(n)
	if !ok || !strings.HasPrefix(n.Value, "[") {
		return
	}
	p.Kind, p.Why = Matrix, "the list is written as JSON"
	for _, m := range jsonRE().FindAllSubmatchIndex(y.data[start:end], -1) {
		y.add(start+m[2], start+m[3], p)
	}
}

// condition adds the versions that a condition compares with.
func (y *ci) condition(n *yaml.Node) {
	n = scalar(n)
	start, end, ok := y.span(n)
	if !ok {
		return
	}
	for _, m := range compareRE().FindAllSubmatchIndex(y.data[start:end], -1) {
		y.add(start+m[2], start+m[3], Pin{Kind: Condition, Why: "a condition compares with it: what it is to choose is not known here"})
	}
}

// readRuntime adds what an app.yaml file says of its runtime.
func (f *file) readRuntime() {
	for _, m := range runtimeRE().FindAllSubmatchIndex(f.data, -1) {
		f.pins = append(f.pins, Pin{
			Position: f.position(m[2]), Kind: Image, Version: string(f.data[m[2]:m[3]]), file: f,
			spec: spec{minor: runtimeMinor(string(f.data[m[2]:m[3]])), patch: -1},
			Why:  "which runtimes the platform offers is not known here",
		})
	}
}
