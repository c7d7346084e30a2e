package config

import (
	"fmt"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/fixers/fix"
)

// Pos is a place in a configuration file. Lines and columns count from 1,
// columns in bytes.
type Pos struct {
	File string
	Line int
	Col  int
}

// String returns the position in the form file:line:column that editors parse.
func (p Pos) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col) }

// A document is one gomend.yaml. The decoder, the JSON Schema and the list of
// known keys all follow from these types, their tags and their comments:
//
//	yaml     the key; ",key" receives the keys of a mapping, and ",required"
//	         is said of what must be given
//	const    the one number that is allowed
//	choices  the values that are allowed
//	format   what a text must be, one of the formats in formats.go
//	block    "literal" where a text has to stand below a |, line by line
//
// The comment is the description that an editor shows.
type document struct {
	// Version is the version of this file's format, which is 1.
	Version int `yaml:"version,required" const:"1"`

	// Extends names a module, MODULE@VERSION, whose gomend.yaml is applied before this file: the policy of an organisation. It is fetched and checked by the go command like any module. Its checksum may follow, as it stands in go.sum.
	Extends string `yaml:"extends" format:"module-version"`

	// Confidence is the least confidence that is reported. The default is high.
	Confidence rule.Confidence `yaml:"confidence" choices:"high,medium,low"`

	// FailOn is the least severity with which a finding fails the check. The default is warning.
	FailOn rule.Severity `yaml:"fail-on" choices:"error,warning,info"`

	// Rules says how rules, or kinds of rules, are reported.
	Rules []Rule `yaml:"rules"`

	// Exclude lists files whose findings are not reported.
	Exclude []Exclude `yaml:"exclude"`

	// Generated says whether findings in generated files are reported. The default is skip.
	Generated string `yaml:"generated" choices:"report,skip"`

	// Platforms are the platforms that are looked at, each GOOS/GOARCH. The default is the platform of the go command.
	Platforms []string `yaml:"platforms" format:"platform"`

	// Tags are the build tags that are set.
	Tags []string `yaml:"tags" format:"tag"`

	// Unbuildable lists packages that are known not to build, so that not looking at them is no failure.
	Unbuildable []Unbuildable `yaml:"unbuildable"`

	// Edges are rules on which packages or modules may depend on which, for gomend work graph --check.
	Edges []Edge `yaml:"edges"`

	// Inputs are files beside Go's that packages depend on, for gomend work affected.
	Inputs []Input `yaml:"inputs"`

	// Models tells what functions do that the analysis cannot see into, or should not.
	Models Models `yaml:"models"`

	// Plugins are vet tools that run beside gomend's own rules.
	Plugins []Plugin `yaml:"plugins"`

	// Fix says what gomend fix and gomend upgrade do.
	Fix Fix `yaml:"fix"`

	// Vuln says what gomend vuln makes of vulnerabilities.
	Vuln Vuln `yaml:"vuln"`

	// Profile says what gomend profile diff and gomend profile bench make of changes.
	Profile Profile `yaml:"profile"`

	// Baseline is the file with the findings that are not reported because they were there before, relative to this file.
	Baseline string `yaml:"baseline" format:"path"`
}

// A Rule says how a rule, or a kind of a rule, is reported. Where it can be
// written as one word, that is Report.
type Rule struct {
	Pos `yaml:"-"`

	// Ref is the name of a rule, or of a kind as RULE/KIND.
	Ref string `yaml:",key" format:"rule"`

	// Report turns a rule on, whatever its confidence, or off.
	Report finding.Switch `yaml:"report,short" choices:"on,off"`

	// Severity replaces the severity of the findings.
	Severity rule.Severity `yaml:"severity" choices:"error,warning,info"`

	// Settings are the rule's own settings, as shown by gomend explain RULE.
	Settings map[string]string `yaml:"settings"`

	// Overrides say what is different in some files. The last that concerns a file decides.
	Overrides []Override `yaml:"overrides"`
}

// An Override says what is different for a rule in some files.
type Override struct {
	Pos `yaml:"-"`

	// Paths are files or folders, relative to this file; * stands for a part of a name and ** for any number of folders.
	Paths []string `yaml:"paths,required" format:"glob"`

	// Report turns the rule on, whatever its confidence, or off.
	Report finding.Switch `yaml:"report" choices:"on,off"`

	// Severity replaces the severity of the findings.
	Severity rule.Severity `yaml:"severity" choices:"error,warning,info"`
}

// An Exclude names files whose findings are not reported.
type Exclude struct {
	Pos `yaml:"-"`

	// Paths are files or folders, relative to this file; * stands for a part of a name and ** for any number of folders.
	Paths []string `yaml:"paths,required" format:"glob"`

	// Rules are the rules or kinds that are not reported there. The default is all.
	Rules []string `yaml:"rules" format:"rule"`

	// Reason is why.
	Reason string `yaml:"reason,required"`

	// Until is the last day on which this holds, as YYYY-MM-DD.
	Until string `yaml:"until" format:"date"`
}

// An Unbuildable names packages that are known not to build.
type Unbuildable struct {
	Pos `yaml:"-"`

	// Packages are patterns of import paths, in which ... stands for anything.
	Packages []string `yaml:"packages,required" format:"package-pattern"`

	// Platforms restricts this to some platforms, each GOOS/GOARCH. The default is all.
	Platforms []string `yaml:"platforms" format:"platform"`

	// Reason is why they do not build.
	Reason string `yaml:"reason,required"`

	// Until is the last day on which this is tolerated, as YYYY-MM-DD.
	Until string `yaml:"until" format:"date"`
}

// An Edge is a rule on what may depend on what: it denies, or it allows nothing
// but what it names.
type Edge struct {
	Pos `yaml:"-"`

	// Between tells whether the rule is about packages or about modules. The default is packages.
	Between string `yaml:"between" choices:"packages,modules"`

	// From are patterns of what the rule binds: folders, relative to this file, as ./api/..., import paths, work for the whole code base, std for the standard library.
	From []string `yaml:"from,required" format:"edge-pattern"`

	// FromExcept are patterns of what the rule does not bind all the same.
	FromExcept []string `yaml:"from-except" format:"edge-pattern"`

	// Deny are patterns of what that must not depend on.
	Deny []string `yaml:"deny" format:"edge-pattern"`

	// Allow are patterns of all that that may depend on, of the code base. What from names may depend on each other, and on what comes from elsewhere.
	Allow []string `yaml:"allow" format:"edge-pattern"`

	// Except are patterns of what deny or allow does not mean all the same.
	Except []string `yaml:"except" format:"edge-pattern"`

	// Tests says whether imports by tests count. The default is skip.
	Tests string `yaml:"tests" choices:"count,skip"`

	// Reason is why, for those who break the rule.
	Reason string `yaml:"reason,required"`
}

// An Input tells that packages depend on files that the go command knows nothing of.
type Input struct {
	Pos `yaml:"-"`

	// Files are files or folders, relative to this file; * stands for a part of a name and ** for any number of folders.
	Files []string `yaml:"files,required" format:"glob"`

	// Packages are the packages that depend on them: folders, relative to this file, as ./gen/..., or import paths, in which ... stands for anything.
	Packages []string `yaml:"packages,required" format:"package-pattern"`

	// Effect is what a change of the files reaches: archive, the default, is the packages and what imports them; tests is their tests and nothing else.
	Effect string `yaml:"effect" choices:"archive,tests"`

	// Reason is how they depend on them.
	Reason string `yaml:"reason,required"`
}

// Models tells what functions do. Each is written with the import path of its
// package: "example.com/x.F", "example.com/x.T.M" or "example.com/x.(*T).M".
type Models struct {
	// Blocks lists functions that may block for ever.
	Blocks []string `yaml:"blocks" format:"function"`

	// Releases lists functions that release what they are called on or given, as sync.Pool's Put does.
	Releases []string `yaml:"releases" format:"function"`

	// TakesOver lists functions that take responsibility for what they are given: to close, stop or release it.
	TakesOver []string `yaml:"takes-over" format:"function"`

	// EndsWithContext lists functions that return soon after the context they are given is done.
	EndsWithContext []string `yaml:"ends-with-context" format:"function"`

	// NeverReturns lists functions that do not return.
	NeverReturns []string `yaml:"never-returns" format:"function"`
}

// A Plugin is a vet tool that runs beside gomend's own rules.
type Plugin struct {
	Pos `yaml:"-"`

	// Name is what its rules are reported under: NAME.RULE.
	Name string `yaml:"name,required" format:"name"`

	// Path is the program, relative to this file.
	Path string `yaml:"path" format:"path"`

	// Tool is the name or import path of a tool in go.mod, run by go tool.
	Tool string `yaml:"tool" format:"tool"`

	// Severity is the severity of its findings. The default is warning.
	Severity rule.Severity `yaml:"severity" choices:"error,warning,info"`
}

// Fix says what gomend fix and gomend upgrade do.
type Fix struct {
	// Recipes are fixers of your own: Go code as it is before, and as it is to be after.
	Recipes []Recipe `yaml:"recipes"`
}

// Vuln says what gomend vuln makes of vulnerabilities.
type Vuln struct {
	// FailOn is the level from which a vulnerability in what ships fails: called, the default, imported or required.
	FailOn string `yaml:"fail-on" choices:"called,imported,required"`

	// Accept lists vulnerabilities that are lived with for a while. One that is not needed, is over or is too long fails.
	Accept []Acceptance `yaml:"accept"`

	// VEX lists files with statements about what is not affected, in OpenVEX, relative to this file.
	VEX []string `yaml:"vex" format:"path"`
}

// An Acceptance is the decision to live with a vulnerability for a while.
type Acceptance struct {
	Pos `yaml:"-"`

	// Advisory is the name of the advisory, as GO-2021-0113, or another name that the database has for it; or any, with something below that says which.
	Advisory string `yaml:"advisory,required"`

	// Modules are patterns of folders or paths of the modules for which it is accepted, as ./api/.... The default is all.
	Modules []string `yaml:"modules" format:"package-pattern"`

	// Levels are those at which it is accepted. The default is all.
	Levels []string `yaml:"levels" choices:"called,imported,required"`

	// Precision is how exact the advisory has to be: whether it names functions (symbol), packages or just the module. The default is any.
	Precision []string `yaml:"precision" choices:"symbol,package,module"`

	// Kinds are what it may be found in: what is shipped, tools that go.mod files name, or tests. The default is all.
	Kinds []string `yaml:"kinds" choices:"shipped,tool,tests"`

	// Fixable restricts it to what a version mends (yes), or to what none does yet (no).
	Fixable string `yaml:"fixable" choices:"yes,no"`

	// MaxAge restricts it to advisories that were published within this time, as 14d.
	MaxAge string `yaml:"max-age" format:"age"`

	// Reason is why.
	Reason string `yaml:"reason,required"`

	// Owner is who has decided, and is to be asked.
	Owner string `yaml:"owner,required"`

	// Until is the last day on which this holds, as YYYY-MM-DD. It is at most 90 days from now.
	Until string `yaml:"until,required" format:"date"`

	// Unfixed says why the version that mends it is not used. It is needed where there is one.
	Unfixed string `yaml:"unfixed"`
}

// Profile says what gomend profile diff and gomend profile bench make of changes.
type Profile struct {
	// Threshold is the relative change from which a row counts. The default is 5%.
	Threshold string `yaml:"threshold" format:"share"`

	// MinShare is the share of the total from which a row is tested. The default is 1%.
	MinShare string `yaml:"min-share" format:"share"`

	// Level is the share of false discoveries to live with. The default is 5%.
	Level string `yaml:"level" format:"share"`

	// AllocThreshold is the relative change up to which what a function allocates in a benchmark may grow. The default is 0%.
	AllocThreshold string `yaml:"alloc-threshold" format:"share"`

	// Gate lists what fails gomend profile bench: allocs and cpu, the default, or none.
	Gate []string `yaml:"gate" choices:"allocs,cpu,none"`

	// Rows lists functions, or what else rows are, that have a threshold of their own.
	Rows []ProfileRows `yaml:"rows"`
}

// ProfileRows are rows with a threshold of their own.
type ProfileRows struct {
	Pos `yaml:"-"`

	// Names are patterns of rows, in which ... stands for any text, as in example.com/shop/old....: all of a package.
	Names []string `yaml:"names,required" format:"row-pattern"`

	// Threshold is the relative change from which they count, of CPU time and allocations alike, or never.
	Threshold string `yaml:"threshold,required" format:"threshold"`

	// Reason is why.
	Reason string `yaml:"reason,required"`
}

// A Recipe is a fixer of the team's own.
type Recipe struct {
	Pos `yaml:"-"`

	// Name is the fixer's name. It replaces a recipe of the same name in a policy.
	Name string `yaml:"name,required" format:"fixer"`

	// Summary says in a few words what it does.
	Summary string `yaml:"summary,required"`

	// Since is the oldest Go version of files in which it does anything, as "1.21". The default is the one that has what the template uses of the standard library.
	Since string `yaml:"since" format:"go-version"`

	// Tier is how far its rewrites may be trusted: suggestion, the default, proven or safe. Suggestions are made with --unsafe-fixes alone.
	Tier fix.Tier `yaml:"tier" choices:"suggestion,proven,safe"`

	// Template is Go: imports, and functions before and after with the same parameters, which are the wildcards.
	Template string `yaml:"template,required" block:"literal"`

	code Pos // where the template's first character stands
}
