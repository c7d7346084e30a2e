package model

import "go/types"

// Starts reports whether fn runs the function that it is given in a goroutine,
// or later, and returns at once.
func Starts(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	return starters[fn.Pkg().Path()][Name(fn)]
}

// starters lists such functions by package and name. Sources: the packages' own
// documentation.
var starters = map[string]map[string]bool{
	"context":                                {"AfterFunc": true},
	"sync":                                   {"WaitGroup.Go": true},
	"time":                                   {"AfterFunc": true},
	"golang.org/x/sync/errgroup":             {"Group.Go": true, "Group.TryGo": true},
	"github.com/alitto/pond":                 {"WorkerPool.Submit": true, "WorkerPool.TrySubmit": true},
	"github.com/alitto/pond/v2":              {"Pool.Go": true, "Pool.Submit": true},
	"github.com/bytedance/gopkg/util/gopool": {"CtxGo": true, "Go": true},
	"github.com/gammazero/workerpool":        {"WorkerPool.Submit": true},
	"github.com/panjf2000/ants":              {"Pool.Submit": true, "Submit": true},
	"github.com/panjf2000/ants/v2":           {"Pool.Submit": true, "Submit": true},
	"github.com/sourcegraph/conc":            {"WaitGroup.Go": true},
	"github.com/sourcegraph/conc/pool":       {"ContextPool.Go": true, "ErrorPool.Go": true, "Pool.Go": true},
}
