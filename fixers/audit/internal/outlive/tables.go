package outlive

import (
	"go/types"
	"strings"
)

// callers are packages all of whose functions call the functions that they are given, if at
// all, before they return.
var callers = map[string]bool{
	"bytes": true, "cmp": true, "errors": true, "fmt": true, "go/ast": true, "io/fs": true, "log": true,
	"maps": true, "os": true, "path/filepath": true, "slices": true, "sort": true,
	"strconv": true, "strings": true, "unicode": true, "unicode/utf8": true,
	"github.com/onsi/gomega":             true, // Eventually(f).Should(…) is one expression
	"github.com/stretchr/testify/assert": true, "github.com/stretchr/testify/require": true,
	"golang.org/x/exp/maps": true, "golang.org/x/exp/slices": true,
}

// called are functions and methods that call the functions that they are given before they
// return, of packages that have others as well.
var called = map[string]bool{
	"(*flag.FlagSet).Visit": true, "(*flag.FlagSet).VisitAll": true, "flag.Visit": true, "flag.VisitAll": true,
	"(*go/token.FileSet).Iterate": true, "(*golang.org/x/sync/singleflight.Group).Do": true,
	"(*regexp.Regexp).ReplaceAllFunc": true, "(*regexp.Regexp).ReplaceAllStringFunc": true,
	"(*sync.Map).Range": true, "(*sync.Once).Do": true,
	"(*testing.B).Run": true, "(*testing.B).RunParallel": true, "(*testing.F).Fuzz": true,
	"(expvar.Map).Do": true, "(*expvar.Map).Do": true, "expvar.Do": true,
	"runtime/pprof.Do": true, "runtime/trace.WithRegion": true,
	"testing.AllocsPerRun": true, "testing.Benchmark": true, "testing/quick.Check": true,
	"testing/synctest.Run": true, "testing/synctest.Test": true,
}

// starts are methods that run what they are given in a goroutine.
var starts = map[string]bool{
	"(*golang.org/x/sync/errgroup.Group).Go":    true,
	"(*golang.org/x/sync/errgroup.Group).TryGo": true,
	"(*sync.WaitGroup).Go":                      true,
}

// into has the operand, -1 for the receiver, in which functions and methods keep what they are
// given.
var into = map[string]int{
	"(*container/list.List).PushBack":  -1,
	"(*container/list.List).PushFront": -1,
	"(*net/http.ServeMux).Handle":      -1,
	"(*net/http.ServeMux).HandleFunc":  -1,
	"(*sync.Map).LoadOrStore":          -1,
	"(*sync.Map).Store":                -1,
	"(*sync/atomic.Pointer).Store":     -1,
	"(*sync/atomic.Value).Store":       -1,
	"container/heap.Push":              0,
}

// keeps are functions and methods that keep what they are given for longer than any turn.
var keeps = map[string]bool{
	"(*sync.Pool).Put": true, "(*testing.common).Cleanup": true, "(testing.TB).Cleanup": true,
	"context.AfterFunc": true, "expvar.Publish": true,
	"flag.BoolVar": true, "flag.DurationVar": true, "flag.Func": true, "flag.IntVar": true, "flag.StringVar": true, "flag.Var": true,
	"github.com/onsi/ginkgo.Context": true, "github.com/onsi/ginkgo.Describe": true, "github.com/onsi/ginkgo.It": true,
	"github.com/onsi/ginkgo/v2.Context": true, "github.com/onsi/ginkgo/v2.Describe": true, "github.com/onsi/ginkgo/v2.It": true,
	"net/http.Handle": true, "net/http.HandleFunc": true, "runtime.AddCleanup": true, "runtime.SetFinalizer": true,
	"time.AfterFunc": true,
}

// ending are functions that do not return.
var ending = map[string]bool{
	"os.Exit": true, "runtime.Goexit": true, "log.Fatal": true, "log.Fatalf": true, "log.Fatalln": true,
	"log.Panic": true, "log.Panicf": true, "log.Panicln": true,
	"(*testing.common).Fatal": true, "(*testing.common).Fatalf": true, "(*testing.common).FailNow": true,
	"(*testing.common).Skip": true, "(*testing.common).Skipf": true, "(*testing.common).SkipNow": true,
}

// synchronous reports whether a function has done with its arguments when it returns.
func synchronous(f *types.Func) bool {
	if called[f.FullName()] {
		return true
	}
	if f.Pkg() == nil || !callers[strings.TrimPrefix(f.Pkg().Path(), "vendor/")] || keeps[f.FullName()] {
		return false
	}
	// A method may leave what it was given in its receiver; a function has none.
	return f.Signature().Recv() == nil || f.Pkg().Path() != "os" && f.Pkg().Path() != "log"
}
