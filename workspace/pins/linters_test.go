package pins_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/gomend/gomend/workspace/pins"
)

func TestReadLinters(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, content string
		want          []string // line and version
	}{
		{".github/workflows/lint.yml", `
jobs:
  lint:
    steps:
      - uses: golangci/golangci-lint-action@v3.4.0
        with:
          args: --timeout=5m

          version: v1.51
      - uses: golangci/golangci-lint-action@v6
      - uses: actions/setup-go@v5
        with:
          version: v1.50
      - name: lint
        uses: "golangci/golangci-lint-action@v6"
        if: always()
        with: {version: latest}
`, []string{"9 1.51"}},
		{"Makefile", `
GOLANGCI_LINT_VERSION ?= v1.42.1
GOLANGCILINT_VER := 1.46.2
# GOLANGCI_LINT_VERSION = v1.40.0
tools:
	go install github.com/golangci/golangci-lint/cmd/golangci-lint@v1.52.2
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.1.6 run
	curl -sSfL https://raw.githubusercontent.com/golangci/golangci-lint/master/install.sh | sh -s -- -b bin v1.43.0
	docker run golangci/golangci-lint:v1.44-alpine
	go install github.com/golangci/golangci-lint/cmd/golangci-lint@latest
`, []string{"2 1.42.1", "3 1.46.2", "6 1.52.2", "7 2.1.6", "8 1.43.0", "9 1.44"}},
		{".tool-versions", "golang 1.22.0\ngolangci-lint 1.55.2\n", []string{"2 1.55.2"}},
		{"mise.toml", "[tools]\ngo = \"1.22\"\ngolangci-lint = \"1.55\"\n", []string{"3 1.55"}},
		{".pre-commit-config.yaml", `
repos:
  - repo: https://github.com/golangci/golangci-lint
    rev: v1.41.1
    hooks:
      - id: golangci-lint
  - repo: https://github.com/other/hooks
    rev: v1.0.0
`, []string{"4 1.41.1"}},
		{"README.md", "go install github.com/golangci/golangci-lint/cmd/golangci-lint@v1.52.2\n", nil},
		{"notes.csv", "golangci-lint@v1.52.2\n", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, l := range pins.ReadLinters(test.name, []byte(test.content)) {
				got = append(got, fmt.Sprintf("%d %s", l.Line, l.Version))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("linters are %q, want %q", got, test.want)
			}
		})
	}
}

func TestLinterNeeds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ version, to, want string }{
		{"1.51.2", "1.20", ""},
		{"1.51.2", "1.21.0", "v1.54.0"},
		{"1.54.0", "1.21.3", ""},
		{"1.60.0", "1.23.0", "v1.60.1"},
		{"1.60", "1.23.0", ""},
		{"1.64.8", "1.26.0", "v2.9.0"},
		{"2.9", "1.26.0", ""},
		{"2.13.0", "1.16", ""},
		{"1.30.0", "1.16", ""}, // nobody says
	} {
		l := pins.Linter{Version: test.version}
		release, tooOld := l.Needs(test.to)
		if tooOld != (test.want != "") || tooOld && release != test.want {
			t.Errorf("for Go %s, %s needs %s, %v, want %q", test.to, test.version, release, tooOld, test.want)
		}
	}
}

func FuzzReadLinters(f *testing.F) {
	f.Add("Makefile", "GOLANGCI_LINT_VERSION = v1.42.1\n")
	f.Add(".github/workflows/a.yml", "uses: golangci/golangci-lint-action@v3\n  with:\n    version: v1.51\n")
	f.Fuzz(func(t *testing.T, name, content string) {
		for _, l := range pins.ReadLinters(name, []byte(content)) {
			if got := content[l.Offset : l.Offset+len(l.Version)]; got != l.Version {
				t.Errorf("%q stands where %q is said to", got, l.Version)
			}
		}
	})
}
