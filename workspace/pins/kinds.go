package pins

import (
	"regexp"
	"strings"
)

// A reader reads files of a kind.
type reader struct {
	name *regexp.Regexp // the file's name, with slashes, relative to the code base
	read func(*file)
}

func (r *reader) is(name string) bool { return r.name.MatchString(name) }

// readers are the kinds of files that pin versions of Go. The first that fits reads a file.
var readers = []reader{
	{regexp.MustCompile(`(^|/)\.go-version$`), readGoVersion},
	{regexp.MustCompile(`(^|/)\.tool-versions$`), readToolVersions},
	{regexp.MustCompile(`(^|/)\.?(mise|rtx)(\.[\w-]+)*\.toml$|(^|/)mise/config(\.\w+)*\.toml$`), readMise},
	{regexp.MustCompile(`(^|/)(netlify|project|\.golangci|fly)\.toml$`), readTOML},
	{regexp.MustCompile(`(?i)(^|/)[\w.-]*dockerfile[\w.-]*\.(go|md|json|txt|rst|html?|js|ts|png|svg)$`), readNothing},
	{regexp.MustCompile(`(^|/)([\w.-]*[Dd]ockerfile|Containerfile)([.-][\w.-]+)?$`), readDockerfile},
	{regexp.MustCompile(`(^|/)\.github/(workflows|actions)/.*\.ya?ml$|(^|/)action\.ya?ml$`), readCI(github)},
	{regexp.MustCompile(`(^|/)\.travis\.yml$`), readCI(travis)},
	{regexp.MustCompile(`(^|/)\.golangci\.ya?ml$`), readCI(golangci)},
	{regexp.MustCompile(`(^|/)\.promu[\w-]*\.yml$`), readCI(promu)},
	{regexp.MustCompile(`(^|/)[\w-]*app\.ya?ml$`), readCI(appEngine)},
	{regexp.MustCompile(`(^|/)(\.?gitlab-ci[\w.-]*\.ya?ml|\.gitlab/.*\.ya?ml|\.circleci/.*\.ya?ml|\.azure.*/.*\.ya?ml|\.?azure[\w.-]*\.ya?ml|` +
		`\.drone\.ya?ml|\.woodpecker[\w.-]*\.ya?ml|\.woodpecker/.*\.ya?ml|(docker-)?compose[\w.-]*\.ya?ml|\.?goreleaser[\w.-]*\.ya?ml|` +
		`cloudbuild[\w.-]*\.ya?ml|\.cirrus\.ya?ml|\.?appveyor\.ya?ml|\.semaphore/.*\.ya?ml|bitbucket-pipelines\.ya?ml|\.buildkite/.*\.ya?ml|` +
		`[Tt]askfile[\w.-]*\.ya?ml|\.readthedocs\.ya?ml|render\.yaml|\.pre-commit-config\.yaml|\.ci/.*\.ya?ml)$`), readCI(other)},
	{regexp.MustCompile(`(^|/)\.trunk/trunk\.yaml$`), readTrunk},
	{regexp.MustCompile(`(^|/)snapcraft\.ya?ml$`), readSnapcraft},
	{regexp.MustCompile(`\.ya?ml$`), readYAML},
	{regexp.MustCompile(`(^|/)\.?devcontainer(/.*)?\.json$`), readDevcontainer},
	{regexp.MustCompile(`(^|/)(WORKSPACE|MODULE|BUILD)(\.bazel)?$|\.bzl$`), readBazel},
	{regexp.MustCompile(`\.nix$`), readNix},
	{regexp.MustCompile(`(^|/)(GNU)?[Mm]akefile([.-][\w.-]+)?$|\.mk$|\.(ba|z)?sh$|\.ps1$|(^|/)\.?env(\.[\w-]+)?$|\.env$|(^|/)(Vagrantfile|Jenkinsfile|[Jj]ustfile|Earthfile|Tiltfile|\.envrc|go\.env|Makefile\.\w+)$|docker-bake[\w.-]*\.hcl$`), readText},
	{regexp.MustCompile(`(^|/)(README|CONTRIBUTING|INSTALL|BUILDING|BUILD|DEVELOPMENT|DEVELOPING|HACKING)[\w.-]*\.(md|markdown|rst|adoc|txt)$|(^|/)README$`), readDocument},
	{regexp.MustCompile(`(^|/)go\.mod$`), readModFile},
	{regexp.MustCompile(`(^|/)[\w-]+$`), readScript},
}

// readNothing reads a file that has the name of another kind, and is none.
func readNothing(*file) {}

// slashed reports whether comments begin with slashes in a file.
func slashed(name string) bool {
	return strings.HasSuffix(name, ".hcl") || strings.HasSuffix(name, ".json") || strings.HasSuffix(name, "Jenkinsfile")
}
