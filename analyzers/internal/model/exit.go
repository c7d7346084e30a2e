// Package model is what gomend knows of functions it does not analyse: the
// standard library and well-known modules. It is data; the go command computes
// no facts for these packages in gomend's runs, because type-checking them
// again costs more than this table and tells less.
package model

import "go/types"

// Exit is how a call ends the control flow that reaches it.
type Exit int

const (
	Returns     Exit = iota // the call returns, or may return
	EndsProcess             // the process ends, no deferred call runs
	EndsRoutine             // the goroutine ends, deferred calls run
	Panics                  // the goroutine panics
)

// ExitOf returns how a call to fn ends. Functions that it does not know return.
func ExitOf(fn *types.Func) Exit {
	if fn == nil || fn.Pkg() == nil {
		return Returns
	}
	if exit, ok := exits[fn.Pkg().Path()][Name(fn)]; ok {
		return exit
	}
	if isLikeTB(fn.Signature().Recv()) {
		return exits["testing"]["TB."+fn.Name()]
	}
	return Returns
}

// isLikeTB reports whether a method belongs to an interface with which code that
// does not want to import testing asks for a testing.TB.
func isLikeTB(recv *types.Var) bool {
	if recv == nil {
		return false
	}
	i, ok := recv.Type().Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for _, name := range []string{"Helper", "Fatalf", "Errorf"} {
		if m, _, _ := types.LookupFieldOrMethod(i, false, nil, name); m == nil {
			return false
		}
	}
	return true
}

// Name returns a function's name qualified by its receiver's type name, if it
// has one, without pointer and type parameters: "Fatal", "Logger.Fatal". The
// package is not part of it.
func Name(fn *types.Func) string {
	recv := fn.Signature().Recv()
	if recv == nil {
		return fn.Name()
	}
	t := types.Unalias(recv.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	switch t := t.(type) {
	case *types.Named:
		return t.Obj().Name() + "." + fn.Name()
	case *types.TypeParam:
		return t.Obj().Name() + "." + fn.Name()
	}
	return fn.Name()
}

// exits lists the calls that do not return, by package and name.
//
// Sources: the packages' own documentation. testing's Skip family calls
// runtime.Goexit like FailNow. Loggers whose Fatal level can be configured not
// to exit (zap with a custom hook, logrus with ExitFunc) are listed with what
// they do by default.
var exits = map[string]map[string]Exit{
	"os":      {"Exit": EndsProcess},
	"syscall": {"Exit": EndsProcess},
	"runtime": {"Goexit": EndsRoutine},
	"log": {
		"Fatal": EndsProcess, "Fatalf": EndsProcess, "Fatalln": EndsProcess,
		"Panic": Panics, "Panicf": Panics, "Panicln": Panics,
		"Logger.Fatal": EndsProcess, "Logger.Fatalf": EndsProcess, "Logger.Fatalln": EndsProcess,
		"Logger.Panic": Panics, "Logger.Panicf": Panics, "Logger.Panicln": Panics,
	},
	"testing": {
		"common.Fatal": EndsRoutine, "common.Fatalf": EndsRoutine, "common.FailNow": EndsRoutine,
		"common.Skip": EndsRoutine, "common.Skipf": EndsRoutine, "common.SkipNow": EndsRoutine,
		"TB.Fatal": EndsRoutine, "TB.Fatalf": EndsRoutine, "TB.FailNow": EndsRoutine,
		"TB.Skip": EndsRoutine, "TB.Skipf": EndsRoutine, "TB.SkipNow": EndsRoutine,
	},
	"go.uber.org/zap": {
		"Logger.Fatal": EndsProcess, "Logger.Panic": Panics,
		"SugaredLogger.Fatal": EndsProcess, "SugaredLogger.Fatalf": EndsProcess,
		"SugaredLogger.Fatalw": EndsProcess, "SugaredLogger.Fatalln": EndsProcess,
		"SugaredLogger.Panic": Panics, "SugaredLogger.Panicf": Panics,
		"SugaredLogger.Panicw": Panics, "SugaredLogger.Panicln": Panics,
	},
	"github.com/sirupsen/logrus": {
		"Fatal": EndsProcess, "Fatalf": EndsProcess, "Fatalln": EndsProcess, "Exit": EndsProcess,
		"Panic": Panics, "Panicf": Panics, "Panicln": Panics,
		"Logger.Fatal": EndsProcess, "Logger.Fatalf": EndsProcess, "Logger.Fatalln": EndsProcess,
		"Logger.Exit":  EndsProcess,
		"Logger.Panic": Panics, "Logger.Panicf": Panics, "Logger.Panicln": Panics,
		"Entry.Fatal": EndsProcess, "Entry.Fatalf": EndsProcess, "Entry.Fatalln": EndsProcess,
		"Entry.Panic": Panics, "Entry.Panicf": Panics, "Entry.Panicln": Panics,
	},
	"k8s.io/klog":    klogExits,
	"k8s.io/klog/v2": klogExits,
	"github.com/stretchr/testify/require": {
		"FailNow": EndsRoutine, "Fail": EndsRoutine,
		"Assertions.FailNow": EndsRoutine, "Assertions.Fail": EndsRoutine,
	},
}

var klogExits = map[string]Exit{
	"Exit": EndsProcess, "ExitDepth": EndsProcess, "Exitf": EndsProcess, "Exitln": EndsProcess,
	"Fatal": EndsProcess, "FatalDepth": EndsProcess, "Fatalf": EndsProcess, "Fatalln": EndsProcess,
}
