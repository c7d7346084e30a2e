package pins

import (
	"fmt"
	"slices"
	"strings"
)

// imageRE matches a container image whose tag names a version of Go, in any text. Its groups
// are the registry and folders, the name, what stands before the version in the tag, the
// version, the rest of the tag, and the digest.
var imageRE = lazy(`((?:[\w.${}<>-]+(?::\d+)?/)*)(golang|go|golang-builder|golang-cross|golang-crossbuild|goreleaser-cross|kube-cross|goreng):(v|\d-|dev-|v?\d+\.\d+\.\d+-go)?(1\.\d{1,3}(?:\.\d{1,3})?(?:rc\d+|beta\d+)?)((?:-[\w.]+)*)(@sha256:[0-9a-f]+)?`)

// An image is a container image with Go.
type image struct {
	repository string // all before the tag, as written
	ahead      string // what stands before the version in the tag
	variant    string // what stands after it, without the hyphen
	digest     bool
}

// An origin is who makes an image.
type origin int

const (
	unknown origin = iota
	official
	circle
	circleLegacy
	devcontainer
	devcontainerLegacy
)

// officialPrefixes are the names under which the official image golang is served.
var officialPrefixes = []string{
	"", "library/", "docker.io/", "docker.io/library/", "index.docker.io/", "index.docker.io/library/",
	"registry.hub.docker.com/library/", "public.ecr.aws/docker/library/", "mirror.gcr.io/", "mirror.gcr.io/library/",
	"registry-1.docker.io/library/", "amd64/", "arm64v8/", "arm32v7/", "i386/", "ppc64le/", "s390x/",
	"${CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX}/", "$CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX/",
}

func (i *image) origin() origin {
	at := strings.LastIndexByte(i.repository, '/') + 1
	prefix, name := i.repository[:at], i.repository[at:]
	switch {
	case name == "golang" && slices.Contains(officialPrefixes, prefix):
		return official
	case name == "go" && strings.HasSuffix(prefix, "cimg/"):
		return circle
	case name == "golang" && strings.HasSuffix(prefix, "circleci/"):
		return circleLegacy
	case name == "go" && strings.HasSuffix(prefix, "vscode/devcontainers/"):
		return devcontainerLegacy
	case name == "go" && strings.HasSuffix(prefix, "microsoft.com/devcontainers/"):
		return devcontainer
	}
	return unknown
}

// withGo reports whether the image's tag is a version of Go at all: those of images that
// are named go may be anything.
func (i *image) withGo() bool {
	return i.origin() != unknown || i.repository != "go" && !strings.HasSuffix(i.repository, "/go")
}

// missing tells why there is no such image for a target, or why that is not known; it is
// empty if there is one.
func (i *image) missing(t target) string {
	minor := fmt.Sprintf("1.%d", t.minor)
	if i.digest {
		return "the tag and the digest beside it have to move together, as Renovate and Dependabot do it"
	}
	switch i.origin() {
	case circle:
		if i.variant == "" || i.variant == "node" || i.variant == "browsers" {
			return ""
		}
	case circleLegacy:
		return "circleci/golang is no longer made: cimg/go is in its place"
	case devcontainerLegacy:
		return "vscode/devcontainers is no longer made: mcr.microsoft.com/devcontainers/go is in its place"
	case official, devcontainer:
		if i.ahead == "" && i.variantFor(t.minor) {
			return ""
		}
		if family := i.family(); family != "" && t.minor <= newestMinor && i.origin() == official {
			return fmt.Sprintf("there is no image golang:%s-%s: %s are there for Go %s", minor, i.variant, strings.Join(relatives(family, t.minor), ", "), minor)
		}
	}
	tag := i.ahead + minor
	if i.variant != "" {
		tag += "-" + i.variant
	}
	return fmt.Sprintf("whether there is an image %s:%s is not known here", i.repository, tag)
}

// variantFor reports whether there is an image of the variant for a minor version of Go.
func (i *image) variantFor(minor int) bool {
	switch i.variant {
	case "", "alpine":
		return true
	case "windowsservercore", "nanoserver":
		return minor <= newestMinor
	}
	v := i.variant
	for _, base := range []string{"windowsservercore-", "nanoserver-"} {
		v = strings.TrimPrefix(v, base)
	}
	for _, row := range variants {
		if row.variant == v {
			return row.first <= minor && minor <= row.last
		}
	}
	return false
}

// family returns which kind of system the variant is, if it is known at all.
func (i *image) family() string {
	for _, row := range variants {
		if row.variant == i.variant || row.family == windows && strings.HasSuffix(i.variant, "-"+row.variant) {
			return row.family
		}
	}
	return ""
}

// relatives returns the variants of a family for a minor version of Go.
func relatives(family string, minor int) (names []string) {
	for _, row := range variants {
		if row.family == family && row.first <= minor && minor <= row.last {
			names = append(names, row.variant)
		}
	}
	return names
}

const (
	debian  = "debian"
	alpine  = "alpine"
	windows = "windows"
)

// A variantRow says for which minor versions of Go there have been images of a variant.
type variantRow struct {
	variant     string
	family      string
	first, last int // the last that is known of
}

// newestMinor is the newest minor version of Go that variants tells of.
const newestMinor = 27

// variants is the history of versions.json in https://github.com/docker-library/golang up to
// August 2026, of releases, not of candidates. A tag that was once made stays.
var variants = []variantRow{
	{"stretch", debian, 14, 18},
	{"buster", debian, 14, 20},
	{"bullseye", debian, 16, 24},
	{"bookworm", debian, 19, 27},
	{"trixie", debian, 23, 27},
	{"alpine3.11", alpine, 14, 14},
	{"alpine3.12", alpine, 14, 16},
	{"alpine3.13", alpine, 14, 17},
	{"alpine3.14", alpine, 15, 18},
	{"alpine3.15", alpine, 16, 19},
	{"alpine3.16", alpine, 17, 20},
	{"alpine3.17", alpine, 18, 21},
	{"alpine3.18", alpine, 19, 22},
	{"alpine3.19", alpine, 20, 23},
	{"alpine3.20", alpine, 21, 24},
	{"alpine3.21", alpine, 22, 25},
	{"alpine3.22", alpine, 23, 26},
	{"alpine3.23", alpine, 24, 27},
	{"alpine3.24", alpine, 25, 27},
	{"1809", windows, 14, 24},
	{"ltsc2016", windows, 14, 17},
	{"ltsc2022", windows, 16, 27},
	{"ltsc2025", windows, 22, 27},
}
