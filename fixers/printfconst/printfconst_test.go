package printfconst_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/printfconst"
)

func TestFormats(t *testing.T) { fixtest.Scripts(t, printfconst.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, printfconst.Fixer) }
