package config

import (
	"fmt"
	"go/token"
	"go/version"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/gomend/gomend/cmd/internal/directive"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/workspace/graph"
)

// A format is what a text in the file must be.
type format struct {
	// pattern is a regular expression for editors. It may accept what check
	// refuses, and refuses nothing that check accepts.
	pattern string

	// check returns what is wrong with a text, or the empty string.
	check func(text string) string
}

// formats returns the format of the given name, as in a field's tag. It is a
// switch and not a map, so that programs that load no configuration do not pay
// for it when they start.
func formats(name string) format {
	switch name {
	case "age":
		return format{`^[0-9.a-z]+$`, checkAge}
	case "date":
		return format{`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, checkDate}
	case "edge-pattern":
		return format{`^[^/\\].*$`, checkEdgePattern}
	case "fixer":
		return format{`^[A-Za-z_][A-Za-z0-9_]*$`, checkFixer}
	case "function":
		return format{`^[^\s,;]+\.[^\s,;]+$`, checkFunction}
	case "glob":
		return format{`^[^/\\].*$`, checkGlob}
	case "go-version":
		return format{`^1\.[0-9]+`, checkGoVersion}
	case "module-version":
		return format{`^[^\s@]+@v[0-9].*$`, checkModuleVersion}
	case "name":
		return format{`^[a-z][a-z0-9_-]*$`, checkName}
	case "package-pattern":
		return format{`^[^\s]+$`, checkPackagePattern}
	case "path":
		return format{`^[^\\]+$`, checkPath}
	case "platform":
		return format{`^[a-z0-9]+/[a-z0-9]+$`, checkPlatform}
	case "row-pattern":
		return format{`^.+$`, checkRowPattern}
	case "rule":
		return format{`^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?$`, checkRule}
	case "share":
		return format{`^[0-9]+(\.[0-9]+)?%?$`, checkShare}
	case "tag":
		return format{`^[^\s,!()&|]+$`, checkTag}
	case "threshold":
		return format{`^([0-9]+(\.[0-9]+)?%?|never)$`, checkThreshold}
	case "tool":
		return format{`^[^\s]+$`, checkTool}
	}
	panic("no format " + name) // a wrong tag in types.go, which every test meets
}

func checkAge(text string) string {
	if _, err := ParseAge(text); err != nil {
		return err.Error()
	}
	return ""
}

// ParseAge reads a duration in days, as 14d, or as the time package has it.
func ParseAge(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return d, nil
	}
	return 0, fmt.Errorf("%q is no time: write 14d or 36h", text)
}

func checkDate(text string) string {
	if _, err := time.Parse(directive.DateLayout, text); err != nil {
		return fmt.Sprintf("%q is not a date: write YYYY-MM-DD", text)
	}
	return ""
}

// checkEdgePattern accepts what package graph does, but for absolute directories.
func checkEdgePattern(text string) string {
	if filepath.IsAbs(text) || path.IsAbs(text) || strings.Contains(text, `\`) {
		return fmt.Sprintf("%q: write a folder relative to this file, with slashes, or an import path", text)
	}
	if _, err := new(graph.Graph).Match("", text); err != nil {
		return err.Error()
	}
	return ""
}

// checkFixer accepts what can be a flag of a fix tool.
func checkFixer(text string) string {
	if !token.IsIdentifier(text) || strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return fmt.Sprintf("%q is not a name: use letters and digits, the first a letter", text)
	}
	return ""
}

func checkGoVersion(text string) string {
	if !strings.HasPrefix(text, "1.") || !version.IsValid("go"+text) {
		return fmt.Sprintf("%q is not a version of Go: write it as \"1.21\"", text)
	}
	return ""
}

func checkGlob(text string) string {
	switch {
	case path.IsAbs(text) || strings.Contains(text, `\`):
		return fmt.Sprintf("%q must be relative to this file, with slashes", text)
	case text != path.Clean(text) && text != path.Clean(text)+"/":
		return fmt.Sprintf("%q is not in its simplest form: write %q", text, path.Clean(text))
	case !finding.ValidPattern(text):
		return fmt.Sprintf("%q is not a pattern: a bracket or brace is not closed", text)
	}
	return ""
}

func checkModuleVersion(text string) string {
	ref, sum := splitSum(text)
	if sum != "" && !strings.HasPrefix(sum, "h1:") {
		return fmt.Sprintf("%q is not a checksum: write it as in go.sum, h1:…", sum)
	}
	modulePath, version, ok := strings.Cut(ref, "@")
	switch {
	case !ok || !semver.IsValid(version):
		return fmt.Sprintf("%q names no version: write MODULE@vX.Y.Z, so that the policy changes when you say so", ref)
	case semver.Canonical(version)+semver.Build(version) != version:
		return fmt.Sprintf("%q must name a full version, as %s", ref, semver.Canonical(version))
	}
	if err := module.Check(modulePath, version); err != nil {
		return err.Error()
	}
	return ""
}

func checkName(text string) string {
	for i, r := range text {
		letter := 'a' <= r && r <= 'z'
		if !letter && (i == 0 || r != '_' && r != '-' && (r < '0' || r > '9')) {
			return fmt.Sprintf("%q is not a name: use small letters, digits, - and _", text)
		}
	}
	return ""
}

func checkPackagePattern(text string) string {
	p := strings.TrimSuffix(strings.ReplaceAll(text, "...", "x"), "/")
	p = strings.TrimPrefix(p, "./")
	if p == "." {
		return ""
	}
	if err := module.CheckImportPath(p); err != nil {
		return fmt.Sprintf("%q is not a pattern of import paths: write one like ./old/... or example.com/x/...", text)
	}
	return ""
}

func checkPath(text string) string {
	if strings.Contains(text, `\`) {
		return fmt.Sprintf("%q: write a path with slashes", text)
	}
	return ""
}

func checkPlatform(text string) string {
	os, arch, _ := strings.Cut(text, "/")
	if !isLowerWord(os) || !isLowerWord(arch) {
		return fmt.Sprintf("%q is not a platform: write GOOS/GOARCH, as linux/amd64", text)
	}
	return ""
}

func isLowerWord(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

func checkRule(text string) string {
	if d, ok := directive.Parse("//gomend:ignore " + text + " reason"); !ok || d.Problem != "" || strings.ContainsAny(text, ", \t") {
		return fmt.Sprintf("%q is not a rule: write RULE or RULE/KIND", text)
	}
	return ""
}

func checkTag(text string) string {
	if strings.ContainsAny(text, " \t,!()&|") {
		return fmt.Sprintf("%q is not a build tag: give each tag its own entry", text)
	}
	return ""
}

func checkTool(text string) string {
	if strings.ContainsAny(text, " \t") || strings.HasPrefix(text, "-") {
		return fmt.Sprintf("%q is not a tool: write its name or import path as in go.mod", text)
	}
	return ""
}

// checkFunction accepts PATH.F, PATH.T.M and PATH.(*T).M.
func checkFunction(text string) string {
	wrong := fmt.Sprintf("%q is not a function: write its package's import path and its name, as example.com/x.F, example.com/x.T.M or example.com/x.(*T).M", text)
	slash := strings.LastIndexByte(text, '/') + 1
	dot := strings.IndexByte(text[slash:], '.')
	if dot < 0 {
		return wrong
	}
	pkg, name := text[:slash+dot], text[slash+dot+1:]
	if err := module.CheckImportPath(pkg); err != nil {
		return wrong
	}
	if rest, ok := strings.CutPrefix(name, "(*"); ok {
		typ, method, ok := strings.Cut(rest, ").")
		if !ok || !token.IsIdentifier(typ) || !token.IsIdentifier(method) {
			return wrong
		}
		return ""
	}
	parts := strings.Split(name, ".")
	for _, part := range parts {
		if !token.IsIdentifier(part) {
			return wrong
		}
	}
	if len(parts) > 2 {
		return wrong
	}
	return ""
}
