package pins

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	goVersionRE   = lazy(`(?m)^[ \t]*(` + specPattern + `)[ \t]*\r?$`)
	toolVersionRE = lazy(`(?m)^[ \t]*(?:golang|go)[ \t]+(` + specPattern + `)(?:[ \t]|\r?$)`)
	miseRE        = lazy(`^[ \t]*"?(?:core:)?go(?:lang)?"?[ \t]*=[ \t]*(?:\{[^}]*?version[ \t]*=[ \t]*)?["'](` + specPattern + `)["']`)
	miseListRE    = lazy(`^[ \t]*"?(?:core:)?go(?:lang)?"?[ \t]*=[ \t]*\[`)
	tomlRunRE     = lazy(`^[ \t]*go[ \t]*=[ \t]*["'](` + specPattern + `)["']`)
	buildpackRE   = lazy(`name\s*=\s*["'](?:BP_GO_VERSION|GOOGLE_GO_VERSION|GOOGLE_RUNTIME_VERSION)["']\s*,?\s*value\s*=\s*["'](` + specPattern + `)["']`)
	herokuRE      = lazy(`(?m)^[ \t]*//[ \t]*\+heroku[ \t]+goVersion[ \t]+(` + specPattern + `)`)
	featureRE     = lazy(`"[^"]*/features/go(?:[:@][^"]*)?"\s*:\s*\{[^{}]*?"version"\s*:\s*"(` + specPattern + `)"`)
	variantRE     = lazy(`"VARIANT"\s*:\s*"(?:\d-)?(1\.\d{1,3})(?:-[\w.]+)?"`)
	bazelRE       = lazy(`\b(?:go_register_toolchains|go_download_sdk|go_sdk\.download|go_sdk\.wrap)\s*\(([^()]*)`)
	bazelArgRE    = lazy(`\b(?:go_)?version\s*=\s*["'](` + specPattern + `)["']`)
	nixRE         = lazy(`\bgo_1_(\d{1,3})\b|\bbuildGo1(\d{1,3})Module\b`)
	trunkRE       = lazy(`(?m)^[ \t]*-[ \t]+["']?go@(1\.\d{1,3}(?:\.\d{1,3})?)["']?[ \t]*\r?$`)
	snapRE        = lazy(`\bgo/(1\.\d{1,3})/`)
	badgeRE       = lazy(`shields\.io/badge/(?:[^\s)"'/]*?[_-])??[Gg][Oo](?:lang)?(?:%20|_)?(?:[Vv]ersion)?-(?:v|go|%3E%3D|>=|≥|%E2%89%A5)?(?:%20|_)?(1\.\d{1,3}(?:\.(?:\d{1,3}|x))?)`)
	staticRE      = lazy(`shields\.io/static/v1\?label=[Gg][Oo](?:lang)?&message=(?:v|go)?(1\.\d{1,3}(?:\.\d{1,3})?)`)
	needRE        = lazy(`(?i)requir|need|must|at least|minimum|or (?:newer|later|higher|above|greater)|1\.\d+(?:\.\d+)?\x60?\+|>=|≥|install|support|build|compil|tested|version`)
	proseRE       = lazy(`\b(?:Go|GO|Golang|golang|GoLang)(?:\]\([^)]*\))?(?:['’]s)?[ \t]+(?:(?:[Vv]ersion|[Rr]elease|toolchain|compiler|language)s?[ \t]*)?(?:>=[ \t]*|≥[ \t]*|v|\()?` + "`?" + `(1\.\d{1,3}(?:\.(?:\d{1,3}|x))?)`)
)

// addAll adds the versions that the first group of an expression matches.
func (f *file) addAll(re *regexp.Regexp, p Pin) {
	for _, m := range re.FindAllSubmatchIndex(f.data, -1) {
		f.add(m[2], m[3], p)
	}
}

// readGoVersion reads the file of goenv and setup-go, for which 1.22 is the newest of its
// releases.
func readGoVersion(f *file) { f.addAll(goVersionRE(), Pin{Kind: Install, form: named}) }

// readToolVersions reads the file of asdf, which knows the names of releases alone.
func readToolVersions(f *file) { f.addAll(toolVersionRE(), Pin{Kind: Install, form: release}) }

func readMise(f *file) {
	section := ""
	for i := range f.lines {
		start, end := f.code(i, false)
		line := string(f.data[start:end])
		if text := strings.TrimSpace(line); strings.HasPrefix(text, "[") {
			section = strings.Trim(text, "[] ")
		}
		if section == "tools" {
			if m := miseRE().FindStringSubmatchIndex(line); m != nil {
				f.add(start+m[2], start+m[3], Pin{Kind: Install})
			}
			if miseListRE().MatchString(line) {
				for _, m := range jsonRE().FindAllStringSubmatchIndex(line, -1) {
					f.add(start+m[2], start+m[3], Pin{Kind: Install, Why: "several versions are installed: which are needed is not known here"})
				}
			}
		}
		f.readLine(i, false)
	}
}

// readTOML reads the configuration of netlify, of buildpacks, and of golangci-lint.
func readTOML(f *file) {
	f.addAll(buildpackRE(), Pin{Kind: Install})
	section := ""
	for i := range f.lines {
		start, end := f.code(i, false)
		line := string(f.data[start:end])
		if text := strings.TrimSpace(line); strings.HasPrefix(text, "[") {
			section = strings.Trim(text, "[] ")
		}
		if m := tomlRunRE().FindStringSubmatchIndex(line); m != nil && section == "run" {
			f.add(start+m[2], start+m[3], Pin{Kind: Tool})
		}
		f.readLine(i, false)
	}
}

func readDevcontainer(f *file) {
	f.addAll(featureRE(), Pin{Kind: Install})
	f.addAll(variantRE(), Pin{Kind: Variable, Why: "whether the image has the variant for a newer Go is not known here"})
	for i := range f.lines {
		f.readLine(i, true)
	}
}

func readBazel(f *file) {
	for _, call := range bazelRE().FindAllSubmatchIndex(f.data, -1) {
		args := f.data[call[2]:call[3]]
		p := Pin{Kind: Install, form: release}
		if sumRE().Match(args) {
			p.Why = "the checksums of the archives have to change with it"
		}
		for _, m := range bazelArgRE().FindAllSubmatchIndex(args, -1) {
			f.add(call[2]+m[2], call[2]+m[3], p)
		}
	}
	for i := range f.lines {
		start, end := f.code(i, false)
		f.images(start, end)
	}
}

// readNix adds packages of Nix, which have the minor version in their names.
func readNix(f *file) {
	for i := range f.lines {
		start, end := f.code(i, false)
		for _, m := range nixRE().FindAllSubmatchIndex(f.data[start:end], -1) {
			from, to := start+max(m[2], m[4]), start+max(m[3], m[5])
			minor, _ := strconv.Atoi(string(f.data[from:to]))
			f.pins = append(f.pins, Pin{
				Position: f.position(start + m[0]), Kind: Package, Version: string(f.data[start+m[0] : start+m[1]]), file: f,
				spec: spec{minor: minor, patch: -1},
				Why:  "whether the pinned packages of Nix have a newer Go is not known here",
			})
		}
	}
}

// readTrunk reads the file of trunk, which installs what is named with its release.
func readTrunk(f *file) { f.addAll(trunkRE(), Pin{Kind: Install, form: release}) }

func readSnapcraft(f *file) {
	f.addAll(snapRE(), Pin{Kind: Package, Why: "whether there is such a snap for a newer Go is not known here"})
}

func readDocument(f *file) {
	f.addAll(badgeRE(), Pin{Kind: Badge})
	f.addAll(staticRE(), Pin{Kind: Badge})
	for i := range f.lines {
		start, end := f.lines[i], len(f.data)
		if i+1 < len(f.lines) {
			end = f.lines[i+1]
		}
		line := f.data[start:end]
		if !needRE().Match(line) {
			continue
		}
		for _, m := range proseRE().FindAllSubmatchIndex(line, -1) {
			f.add(start+m[2], start+m[3], Pin{Kind: Prose, Why: "it is a sentence"})
		}
	}
}

// readModFile adds the version that Heroku is told in a comment.
func readModFile(f *file) {
	f.addAll(herokuRE(), Pin{Kind: Install, Why: "it stands in go.mod, which changes for itself"})
}

// runtimeMinor returns the minor version that digits such as 115 mean.
func runtimeMinor(digits string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(digits, "1"))
	return n
}
