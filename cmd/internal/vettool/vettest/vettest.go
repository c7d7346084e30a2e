// Package vettest has small rules with which the vet tool and the engine are
// tested.
package vettest

import (
	"go/ast"
	"go/types"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/gomend/gomend/analyzers/rule"
)

// Rules returns the rules:
//
//   - sleepy reports calls that sleep: of time.Sleep (kind "direct", with a
//     fix), of functions and methods that do, however far away, or that the
//     flag "models" names ("callee"), and with low confidence those of functions
//     named Maybe ("maybe");
//   - clock reports calls of time.After, as "old" and "new" under the condition
//     of old and new timers;
//   - boom panics in a package that declares Boom. It has no facts, and requires
//     sleepy, which has.
func Rules() []*rule.Rule {
	sleepy := sleepyRule()
	return []*rule.Rule{sleepy, clockRule(), boomRule(sleepy.Analyzer)}
}

// sleeps is the fact that a function sleeps.
type sleeps struct {
	Through string // the callee that does
}

func (*sleeps) AFact() {}

func sleepyRule() *rule.Rule {
	models := modelsAnalyzer()
	a := &analysis.Analyzer{
		Name:      "sleepy",
		Doc:       "report calls that sleep",
		Requires:  []*analysis.Analyzer{inspect.Analyzer, models},
		FactTypes: []analysis.Fact{new(sleeps)},
	}
	loud := a.Flags.Bool("loud", false, "shout")
	a.Run = func(pass *analysis.Pass) (any, error) {
		return nil, sleepy(pass, pass.ResultOf[models].(string), *loud)
	}
	return &rule.Rule{
		Analyzer: a,
		Title:    "A call sleeps",
		Kinds: []rule.Kind{
			{Name: "direct", Confidence: rule.High, Severity: rule.Warning, Fix: rule.Safe},
			{Name: "callee", Confidence: rule.Medium, Severity: rule.Warning},
			{Name: "maybe", Confidence: rule.Low, Severity: rule.Info},
		},
	}
}

// sleepy finds the functions of the package that sleep, then reports all calls
// of such.
func sleepy(pass *analysis.Pass, model string, loud bool) error {
	for changed := true; changed; {
		changed = false
		eachCall(pass, func(caller *types.Func, _ *ast.CallExpr, callee types.Object) {
			if caller == nil || pass.ImportObjectFact(caller, new(sleeps)) {
				return
			}
			if isFunc(callee, "time", "Sleep") || pass.ImportObjectFact(callee, new(sleeps)) {
				pass.ExportObjectFact(caller, &sleeps{Through: callee.Name()})
				changed = true
			}
		})
	}
	eachCall(pass, func(_ *types.Func, call *ast.CallExpr, callee types.Object) {
		var fact sleeps
		d := analysis.Diagnostic{Pos: call.Pos(), End: call.End()}
		switch {
		case callee.Pkg() != nil && model == callee.Pkg().Path()+"."+callee.Name():
			d.Category, d.Message = "callee", callee.Name()+" sleeps, you say"
		case isFunc(callee, "time", "Sleep"):
			d.Category, d.Message = "direct", "sleeps"
			d.SuggestedFixes = []analysis.SuggestedFix{{
				Message:   "do not",
				TextEdits: []analysis.TextEdit{{Pos: call.Fun.Pos(), End: call.Fun.End(), NewText: []byte("wait")}},
			}}
		case pass.ImportObjectFact(callee, &fact):
			d.Category, d.Message = "callee", callee.Name()+" sleeps through "+fact.Through
			d.Related = []analysis.RelatedInformation{{Pos: callee.Pos(), Message: "it is here"}}
		case callee.Name() == "Maybe":
			d.Category, d.Message = "maybe", "might sleep"
		default:
			return
		}
		if loud {
			d.Message = strings.ToUpper(d.Message)
		}
		pass.Report(d)
	})
	return nil
}

// modelsAnalyzer returns an analyzer whose result is the value of its flag.
func modelsAnalyzer() *analysis.Analyzer {
	a := &analysis.Analyzer{
		Name:       "sleepmodels",
		Doc:        "tell which function sleeps",
		ResultType: reflect.TypeFor[string](),
	}
	models := a.Flags.String("models", "", "PACKAGE.FUNCTION that sleeps")
	a.Run = func(*analysis.Pass) (any, error) { return *models, nil }
	return a
}

func clockRule() *rule.Rule {
	a := &analysis.Analyzer{
		Name:     "clock",
		Doc:      "report calls of time.After",
		Requires: []*analysis.Analyzer{inspect.Analyzer},
	}
	a.Run = func(pass *analysis.Pass) (any, error) {
		eachCall(pass, func(_ *types.Func, call *ast.CallExpr, callee types.Object) {
			if isFunc(callee, "time", "After") {
				pass.Report(analysis.Diagnostic{Pos: call.Pos(), End: call.End(), Category: "old", Message: "leaks"})
				pass.Report(analysis.Diagnostic{Pos: call.Pos(), End: call.End(), Category: "new", Message: "is needless"})
			}
		})
		return nil, nil
	}
	return &rule.Rule{
		Analyzer: a,
		Title:    "time.After",
		Kinds: []rule.Kind{
			{Name: "old", Confidence: rule.High, Severity: rule.Error, When: rule.OldTimers},
			{Name: "new", Confidence: rule.High, Severity: rule.Info, When: rule.NewTimers},
		},
	}
}

func boomRule(sleepy *analysis.Analyzer) *rule.Rule {
	return &rule.Rule{
		Analyzer: &analysis.Analyzer{
			Name:     "boom",
			Doc:      "panic",
			Requires: []*analysis.Analyzer{sleepy},
			Run: func(pass *analysis.Pass) (any, error) {
				if pass.Pkg.Scope().Lookup("Boom") != nil {
					panic("boom")
				}
				return nil, nil
			},
		},
		Title: "A panic",
	}
}

// eachCall visits the calls of functions, methods and fields that have a name.
// The caller is nil outside of functions.
func eachCall(pass *analysis.Pass, visit func(caller *types.Func, call *ast.CallExpr, callee types.Object)) {
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	for cur := range in.Root().Preorder((*ast.CallExpr)(nil)) {
		call := cur.Node().(*ast.CallExpr)
		callee := typeutil.Callee(pass.TypesInfo, call)
		if callee == nil {
			continue
		}
		var caller *types.Func
		for decl := range cur.Enclosing((*ast.FuncDecl)(nil)) {
			caller, _ = pass.TypesInfo.Defs[decl.Node().(*ast.FuncDecl).Name].(*types.Func)
		}
		visit(caller, call, callee)
	}
}

func isFunc(obj types.Object, pkg, name string) bool {
	return obj.Pkg() != nil && obj.Pkg().Path() == pkg && obj.Name() == name
}
