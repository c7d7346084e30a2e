package goroutineleak

import (
	"fmt"
	"go/token"
	"path"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/machine"
	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

// Analyzer reports goroutines that can block for ever.
var Analyzer = &analysis.Analyzer{
	Name:     "goroutineleak",
	Doc:      "report goroutines that can block for ever\n\n" + page,
	URL:      "https://github.com/gomend/gomend/blob/main/docs/rules/goroutineleak.md",
	Flags:    model.TeamFlag(),
	Run:      run,
	Requires: []*analysis.Analyzer{ssabuild.Analyzer},
}

func run(pass *analysis.Pass) (any, error) {
	built := pass.ResultOf[ssabuild.Analyzer].(*ssabuild.SSA)
	if !concerned(built.Funcs) {
		return nil, nil
	}
	m := machine.New(built.Pkg, machine.DefaultLimits, &pass.Analyzer.Flags)
	commands := &commands{funcs: built.Funcs, inTest: func(pos token.Pos) bool { return inTestFile(pass, pos) }}
	var leaks []*machine.Leak
	for _, fn := range built.Funcs {
		for _, leak := range m.Explore(fn) {
			if leak.Fatal || leak.Doubt || leak.Stuck || !onlyInTest(pass, leak) && !failedStart(leak) && !commands.end(leak) {
				leaks = append(leaks, leak)
			}
		}
	}
	for _, leak := range distinct(leaks) {
		report(pass, leak)
	}
	tickers(pass, built.Funcs)
	replies(pass, built.Funcs)
	unwatched(pass, built.Funcs)
	return nil, nil
}

// concerned reports whether a goroutine is started or waited for in funcs.
func concerned(funcs []*ssa.Function) bool {
	for _, fn := range funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Go, *ssa.Send, *ssa.Select, *ssa.MakeChan:
					return true
				case *ssa.UnOp:
					if instr.Op == token.ARROW {
						return true
					}
				case *ssa.Call:
					if callee := instr.Call.StaticCallee(); callee != nil && callee.Pkg != nil && callee.Pkg.Pkg.Path() == "sync" {
						return true
					}
				}
			}
		}
	}
	return false
}

// distinct returns one leak for each goroutine: of several that the same go
// statement starts, the surest.
func distinct(leaks []*machine.Leak) []*machine.Leak {
	best := make(map[token.Pos]*machine.Leak)
	var order []token.Pos
	for _, leak := range leaks {
		at := position(leak)
		old, ok := best[at]
		if !ok {
			order = append(order, at)
		}
		if !ok || leak.Surer(old) {
			best[at] = leak
		}
	}
	out := make([]*machine.Leak, len(order))
	for i, at := range order {
		out[i] = best[at]
	}
	return out
}

// failedStart reports whether a leak was found where something did not start.
func failedStart(leak *machine.Leak) bool {
	return leak.Failed && startsUp(leak.Root) && leak.Waits != machine.Unended
}

// startsUp reports whether fn is, by its name, one that makes something or runs it
// for as long as the process lives.
func startsUp(fn *ssa.Function) bool {
	name := strings.ToLower(ssabuild.Outermost(fn).Name())
	switch name {
	case "run", "start", "init", "setup":
		return true
	}
	return strings.HasPrefix(name, "new")
}

// onlyInTest reports whether a leak was found only by going through a test, in
// an order of events that the test's other runs do not take, or of a goroutine that
// the code under test starts: who else calls that code may end it.
func onlyInTest(pass *analysis.Pass, leak *machine.Leak) bool {
	if !forTests(pass, leak.Root.Pos()) {
		return false
	}
	return leak.Sometimes || leak.Go != nil && !forTests(pass, leak.Go.Pos())
}

func inTestFile(pass *analysis.Pass, pos token.Pos) bool {
	return strings.HasSuffix(pass.Fset.Position(pos).Filename, "_test.go")
}

// forTests reports whether code is there for tests: in a test file, or in a package
// of helpers, by whose name one knows it.
func forTests(pass *analysis.Pass, pos token.Pos) bool {
	if inTestFile(pass, pos) {
		return true
	}
	for element := range strings.SplitSeq(pass.Pkg.Path(), "/") {
		if element == "test" || element == "tests" {
			return true
		}
	}
	name := path.Base(pass.Pkg.Path())
	return strings.HasPrefix(name, "test") || strings.HasSuffix(name, "test") || strings.HasSuffix(name, "testing")
}

// position is where a leak is reported: at the statement that starts the
// goroutine, or at the operation if the goroutine came from elsewhere. A statement
// that runs whatever function it is given says nothing of the leak.
func position(leak *machine.Leak) token.Pos {
	if leak.Go == nil || leak.Op.Pos().IsValid() && (!namesFunction(leak.Go) || callsBack(leak)) {
		return leak.Op.Pos()
	}
	return leak.Go.Pos()
}

// callsBack reports whether the goroutine, started by another function, waits in a
// literal for what the function around the literal made.
func callsBack(leak *machine.Leak) bool {
	if leak.Made == nil || leak.Fn.Parent() == nil {
		return false
	}
	around := ssabuild.Outermost(leak.Fn)
	return around == ssabuild.Outermost(leak.Made.Parent()) && around != ssabuild.Outermost(leak.Go.Parent())
}

// namesFunction reports whether a statement that starts a goroutine tells which
// function the goroutine runs.
func namesFunction(site ssa.CallInstruction) bool {
	if site == nil {
		return false
	}
	if _, isGo := site.(*ssa.Go); !isGo {
		return true // a call such as WaitGroup.Go, whose argument tells
	}
	return site.Common().StaticCallee() != nil || site.Common().IsInvoke()
}

func report(pass *analysis.Pass, leak *machine.Leak) {
	kind := kindOf(leak)
	if kind == "" {
		return
	}
	d := analysis.Diagnostic{Pos: position(leak), Category: kind, Message: message(pass, leak)}
	switch {
	case leak.Go != nil && d.Pos == leak.Go.Pos() && leak.Op != leak.Go:
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: opPos(leak), Message: "it waits here " + waitsFor(leak)})
	case leak.Go != nil && leak.Op != leak.Go:
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: leak.Go.Pos(), Message: "the goroutine is started here"})
	}
	if leak.Made != nil {
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: leak.Made.Pos(), Message: madeHere(leak)})
	}
	if leak.Left != nil && leak.Left.Pos.IsValid() {
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: leak.Left.Pos, Message: left(leak.Left)})
	}
	if fix, ok := bufferOfOne(pass, leak); ok {
		d.SuggestedFixes = append(d.SuggestedFixes, fix)
	}
	pass.Report(d)
}

// opPos returns the position of the operation that blocks. A range over a
// channel and an empty select have none of their own.
func opPos(leak *machine.Leak) token.Pos {
	if pos := leak.Op.Pos(); pos.IsValid() {
		return pos
	}
	return leak.Fn.Pos()
}

func message(pass *analysis.Pass, leak *machine.Leak) string {
	line := pass.Fset.Position(opPos(leak)).Line
	switch {
	case leak.Waits == machine.Unended:
		return unendedMessage(pass, leak)
	case leak.Go != nil && position(leak) != leak.Go.Pos():
		return fmt.Sprintf("a goroutine can block here for ever, waiting %s", waitsFor(leak))
	case leak.Go == nil:
		return fmt.Sprintf("%s can block here for ever, waiting %s", name(leak.Fn), waitsFor(leak))
	}
	return fmt.Sprintf("this goroutine can block for ever at line %d, waiting %s", line, waitsFor(leak))
}

func waitsFor(leak *machine.Leak) string {
	switch leak.Waits {
	case machine.Send:
		return "to send: nobody is left to receive"
	case machine.Receive:
		return "to receive: nobody is left to send or close"
	case machine.Range:
		return "for the channel of its range loop to be closed"
	case machine.Choice:
		return "in a select none of whose cases can happen"
	case machine.Done, machine.Unended:
		return "for a context that nobody is left to cancel"
	case machine.Group:
		return "for a wait group that cannot reach zero"
	case machine.Signal:
		return "for a condition that nobody is left to signal"
	}
	if _, ok := leak.Op.(*ssa.Select); ok {
		return "in a select without a case that can happen"
	}
	return "on a channel that is nil"
}

func madeHere(leak *machine.Leak) string {
	switch {
	case leak.Waits == machine.Done, leak.Waits == machine.Unended:
		return "the context is made here"
	case leak.Buffer > 0:
		return fmt.Sprintf("the channel is made here, with room for %d", leak.Buffer)
	}
	return "the channel is made here, without a buffer"
}

func left(event *machine.Event) string {
	switch event.What {
	case machine.Returned:
		return name(event.Fn) + " returns here"
	case machine.Exited:
		return name(event.Fn) + " ends here"
	}
	return name(event.Fn) + " takes this case"
}

// name returns a function's name as its package writes it, that of the function
// around it if it is a literal.
func name(fn *ssa.Function) string {
	literal := ""
	if fn.Parent() != nil {
		fn, literal = ssabuild.Outermost(fn), "a function literal in "
	}
	if fn.Pkg == nil {
		return literal + fn.Name()
	}
	return literal + fn.RelString(fn.Pkg.Pkg)
}

// kindOf returns the kind that a leak is reported under, "" for none.
func kindOf(leak *machine.Leak) string {
	if leak.Waits == machine.Lock {
		return "" // the deadlock rule's business
	}
	if leak.Meant {
		return ""
	}
	if leak.Doubt && (leak.Stuck || leak.Waits == machine.Forever) {
		return "" // the function's author has seen it arrive where its state allowed
	}
	if leak.Fatal {
		return "failed-test"
	}
	if leak.Doubt {
		if leak.Sometimes {
			return "" // the state is there to keep it from happening
		}
		return "state-dependent"
	}
	if leak.Stuck {
		return "stuck"
	}
	switch leak.Waits {
	case machine.Send:
		return "abandoned-send"
	case machine.Receive:
		return "abandoned-receive"
	case machine.Range:
		return "unclosed-range"
	case machine.Choice:
		return "abandoned-select"
	case machine.Done:
		return "uncancelled"
	case machine.Group:
		return "waitgroup"
	case machine.Signal:
		return "unsignalled"
	case machine.Unended:
		return "unended-call"
	}
	return "endless"
}
