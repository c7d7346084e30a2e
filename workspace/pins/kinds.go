package pins

import (
	"regexp"
	"strings"
)

// A reader reads files of a kind.
type reader struct {
	name func() *regexp.Regexp // the file's name, with slashes, relative to the code base
	read func(*file)
}

func (r *reader) is(name string) bool { return r.name().MatchString(name) }

// readers are the kinds of files that pin versions of Go. The first that fits reads a file.
var readers = []reader{
	{lazy(`(^|/)\.go-version$`), readGoVersion},
	{lazy(`(^|/)\.tool-versions$`), readToolVersions},
	{lazy(`(^|/)\.?(mise|rtx)(\.[\w-]+)*\.toml$|(^|/)mise/config(\.\w+)*\.toml$`), readMise},
	{lazy(`(^|/)(netlify|project|\.golangci|fly)\.toml$`), readTOML},
	{lazy(`(?i)(^|/)[\w.-]*dockerfile[\w.-]*\.(go|md|json|txt|rst|html?|js|ts|png|svg)$`), readNothing},
	{lazy(`(^|/)([\w.-]*[Dd]ockerfile|Containerfile)([.-][\w.-]+)?$`), readDockerfile},
	{lazy(`(^|/)\.github/(workflows|actions)/.*\.ya?ml$|(^|/)action\.ya?ml$`), readCI(github)},
	{lazy(`(^|/)\.travis\.yml$`), readCI(travis)},
	{lazy(`(^|/)\.golangci\.ya?ml$`), readCI(golangci)},
	{lazy(`(^|/)\.promu[\w-]*\.yml$`), readCI(promu)},
	{lazy(`(^|/)[\w-]*app\.ya?ml$`), readCI(appEngine)},
	{lazy(`(^|/)(\.?gitlab-ci[\w.-]*\.ya?ml|\.gitlab/.*\.ya?ml|\.circleci/.*\.ya?ml|\.azure.*/.*\.ya?ml|\.?azure[\w.-]*\.ya?ml|` +
		`\.drone\.ya?ml|\.woodpecker[\w.-]*\.ya?ml|\.woodpecker/.*\.ya?ml|(docker-)?compose[\w.-]*\.ya?ml|\.?goreleaser[\w.-]*\.ya?ml|` +
		`cloudbuild[\w.-]*\.ya?ml|\.cirrus\.ya?ml|\.?appveyor\.ya?ml|\.semaphore/.*\.ya?ml|bitbucket-pipelines\.ya?ml|\.buildkite/.*\.ya?ml|` +
		`[Tt]askfile[\w.-]*\.ya?ml|\.readthedocs\.ya?ml|render\.yaml|\.pre-commit-config\.yaml|\.ci/.*\.ya?ml)$`), readCI(other)},
	{lazy(`(^|/)\.trunk/trunk\.yaml$`), readTrunk},
	{lazy(`(^|/)snapcraft\.ya?ml$`), readSnapcraft},
	{lazy(`\.ya?ml$`), readYAML},
	{lazy(`(^|/)\.?devcontainer(/.*)?\.json$`), readDevcontainer},
	{lazy(`(^|/)(WORKSPACE|MODULE|BUILD)(\.bazel)?$|\.bzl$`), readBazel},
	{lazy(`\.nix$`), readNix},
	{lazy(`(^|/)(GNU)?[Mm]akefile([.-][\w.-]+)?$|\.mk$|\.(ba|z)?sh$|\.ps1$|(^|/)\.?env(\.[\w-]+)?$|\.env$|(^|/)(Vagrantfile|Jenkinsfile|[Jj]ustfile|Earthfile|Tiltfile|\.envrc|go\.env|Makefile\.\w+)$|docker-bake[\w.-]*\.hcl$`), readText},
	{lazy(`(^|/)(README|CONTRIBUTING|INSTALL|BUILDING|BUILD|DEVELOPMENT|DEVELOPING|HACKING)[\w.-]*\.(md|markdown|rst|adoc|txt)$|(^|/)README$`), readDocument},
	{lazy(`(^|/)go\.mod$`), readModFile},
	{lazy(`(^|/)[\w-]+$`), readScript},
}

// readNothing reads a file that has the name of another kind, and is none.
func readNothing(*file) {}

// slashed reports whether comments begin with slashes in a file.
func slashed(name string) bool {
	return strings.HasSuffix(name, ".hcl") || strings.HasSuffix(name, ".json") || strings.HasSuffix(name, "Jenkinsfile")
}
