package machine

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// assertion is a function of a test library that fails the test unless an error
// is nil, or is not.
type assertion struct {
	err  int  // index of the error among the arguments
	null bool // the error is to be nil
	ends bool // failure ends the test at once
}

// assertions of github.com/stretchr/testify and gotest.tools.
var assertions = map[string]assertion{
	"github.com/stretchr/testify/require.NoError":             {1, true, true},
	"github.com/stretchr/testify/require.NoErrorf":            {1, true, true},
	"github.com/stretchr/testify/require.Error":               {1, false, true},
	"github.com/stretchr/testify/require.Errorf":              {1, false, true},
	"github.com/stretchr/testify/require.Assertions.NoError":  {1, true, true},
	"github.com/stretchr/testify/require.Assertions.NoErrorf": {1, true, true},
	"github.com/stretchr/testify/require.Assertions.Error":    {1, false, true},
	"github.com/stretchr/testify/require.Assertions.Errorf":   {1, false, true},
	"github.com/stretchr/testify/assert.NoError":              {1, true, false},
	"github.com/stretchr/testify/assert.NoErrorf":             {1, true, false},
	"github.com/stretchr/testify/assert.Error":                {1, false, false},
	"github.com/stretchr/testify/assert.Errorf":               {1, false, false},
	"github.com/stretchr/testify/assert.Assertions.NoError":   {1, true, false},
	"github.com/stretchr/testify/assert.Assertions.NoErrorf":  {1, true, false},
	"github.com/stretchr/testify/assert.Assertions.Error":     {1, false, false},
	"github.com/stretchr/testify/assert.Assertions.Errorf":    {1, false, false},
	"gotest.tools/v3/assert.NilError":                         {1, true, true},
}

// assert executes an assertion. One about an error that can be either is taken to
// hold: who wrote the test has seen it pass.
func (e *explorer) assert(st *state, g *goroutine, instr ssa.CallInstruction, a assertion, args []value) {
	if a.err >= len(args) {
		return
	}
	switch null := e.binary(st, token.EQL, args[a.err], nilValue{}).(type) {
	case boolValue:
		if bool(null) == a.null {
			return
		}
		st.fatal = true
		if a.ends {
			g.exiting = true
			st.last = &Event{Pos: instr.Pos(), What: Exited, Fn: g.top().fn}
		}
	case symbol:
		st.decided[null] = boolValue(a.null)
	}
}
