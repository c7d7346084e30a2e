package netcontext_test

import (
	"path/filepath"
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/netcontext"
)

func Test(t *testing.T) { fixtest.Scripts(t, netcontext.Fixer) }

func TestPage(t *testing.T) {
	pagetest.RunIn(t, netcontext.Fixer, filepath.Join("testdata", "page", "module.txtar"))
}
