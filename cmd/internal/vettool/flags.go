package vettool

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/analyzers/rule"
)

// Flags by which the engine asks for records.
const (
	// RecordFlag asks for a record of the package with all diagnostics,
	// whatever their confidence, suppressed ones and those of generated
	// files included.
	RecordFlag = "gomend.record"

	// CostFlag asks for each analyzer's time to be part of the record. The
	// go command caches it with the rest.
	CostFlag = "gomend.cost"

	// AskedFlag tells what the engine asks for. The tool does not heed it, but
	// the go command keeps results by it: otherwise it would take a package that
	// was looked at as a dependency, for its facts alone, for one that was
	// analysed and had nothing to say.
	AskedFlag = "gomend.asked"
)

// modelsFlag is the name of the flag by which users tell what their functions do,
// of the tool and of each analyzer that asks.
const modelsFlag = "models"

// options are the tool's command line.
type options struct {
	rules      []*rule.Rule
	set        *flag.FlagSet
	describe   bool
	json       bool
	record     bool
	cost       bool
	confidence rule.Confidence
	choices    []choice // one for each rule
	configFile string
}

// parseFlags parses the command line of a run of the tool. The analyzers'
// own flags are set on the analyzers.
func parseFlags(rules []*rule.Rule, args []string) (*options, error) {
	o := &options{rules: rules, confidence: rule.High, choices: make([]choice, len(rules))}
	o.set = flag.NewFlagSet("gomend", flag.ContinueOnError)
	o.set.SetOutput(io.Discard)
	o.set.BoolVar(&o.describe, "flags", false, "describe the flags in JSON")
	o.set.BoolVar(&o.json, "json", false, "print diagnostics and fixes in JSON")
	fix := o.set.Bool("fix", false, "not supported")
	o.set.BoolVar(&o.record, RecordFlag, false, "write records for the engine (internal)")
	o.set.String(AskedFlag, "", "what is asked for (internal)")
	o.set.BoolVar(&o.cost, CostFlag, false, "add times to the records (internal)")
	o.set.Var((*confidence)(&o.confidence), "confidence", "report findings of at least this confidence: high, medium or low")
	for i, r := range rules {
		o.set.Var(&o.choices[i], r.Name(), "enable the rule: "+r.Title)
		r.Analyzer.Flags.VisitAll(func(f *flag.Flag) {
			o.set.Var(f.Value, r.Name()+"."+f.Name, f.Usage)
		})
	}
	o.set.Var(everywhere(takers(o.rulesAnalyzers(), modelsFlag)), modelsFlag, "what the user's own functions do, for the rules that ask")
	if err := o.set.Parse(args); err != nil {
		return nil, err
	}
	if *fix {
		return nil, errors.New("go vet -fix is not supported: `gomend check --diff` shows fixes")
	}
	o.configFile = o.set.Arg(0)
	return o, nil
}

// describeFlags prints the flags that the go command is to accept and pass on.
func (o *options) describeFlags(w io.Writer) error {
	type description struct {
		Name  string
		Bool  bool
		Usage string
	}
	var list []description
	o.set.VisitAll(func(f *flag.Flag) {
		if f.Name == "flags" || f.Name == "fix" {
			return // the go command's own
		}
		b, ok := f.Value.(interface{ IsBoolFlag() bool })
		list = append(list, description{f.Name, ok && b.IsBoolFlag(), f.Usage})
	})
	return json.NewEncoder(w).Encode(list)
}

// rulesAnalyzers returns the analyzers of all rules, enabled or not.
func (o *options) rulesAnalyzers() []*analysis.Analyzer {
	var all []*analysis.Analyzer
	for _, r := range o.rules {
		all = append(all, r.Analyzer)
	}
	return all
}

// enabled returns the analyzers to run: as with go vet, if any rule is asked
// for by name, only such; otherwise all that are not turned off.
func (o *options) enabled() []*analysis.Analyzer {
	want := choice("")
	if slices.Contains(o.choices, yes) {
		want = yes
	}
	var chosen []*analysis.Analyzer
	for i, r := range o.rules {
		if o.choices[i] == want {
			chosen = append(chosen, r.Analyzer)
		}
	}
	return chosen
}

// kind returns what the rules' tables say of a diagnostic. A kind that is in no
// table is one of high confidence: rather shown than lost.
func (o *options) kind(analyzer *analysis.Analyzer, category string) rule.Kind {
	for _, r := range o.rules {
		if r.Analyzer == analyzer {
			if k, ok := r.Kind(category); ok {
				return k
			}
		}
	}
	return rule.Kind{Name: category, Confidence: rule.High}
}

// takers returns the flags of a name that the analyzers have, and those that they
// require.
func takers(analyzers []*analysis.Analyzer, name string) []flag.Value {
	var values []flag.Value
	seen := make(map[*analysis.Analyzer]bool)
	var add func(list []*analysis.Analyzer)
	add = func(list []*analysis.Analyzer) {
		for _, a := range list {
			if seen[a] {
				continue
			}
			seen[a] = true
			if f := a.Flags.Lookup(name); f != nil {
				values = append(values, f.Value)
			}
			add(a.Requires)
		}
	}
	add(analyzers)
	return values
}

// everywhere is a flag that sets several.
type everywhere []flag.Value

func (e everywhere) String() string { return "" }

func (e everywhere) Set(s string) error {
	for _, v := range e {
		if err := v.Set(s); err != nil {
			return err
		}
	}
	return nil
}

// A choice is a boolean flag that may not have been given.
type choice string

const (
	yes choice = "true"
	no  choice = "false"
)

func (c *choice) IsBoolFlag() bool { return true }
func (c *choice) String() string   { return string(*c) }

func (c *choice) Set(s string) error {
	b, err := strconv.ParseBool(s)
	if err != nil {
		return errors.New("want true or false")
	}
	*c = no
	if b {
		*c = yes
	}
	return nil
}

// confidence is a flag.
type confidence rule.Confidence

func (c *confidence) String() string { return string(*c) }

func (c *confidence) Set(s string) error {
	v, err := rule.ParseConfidence(s)
	if err != nil {
		return fmt.Errorf("want high, medium or low")
	}
	*c = confidence(v)
	return nil
}
