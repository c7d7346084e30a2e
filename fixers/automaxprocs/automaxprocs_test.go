package automaxprocs_test

import (
	"path/filepath"
	"testing"

	"github.com/gomend/gomend/fixers/automaxprocs"
	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
)

func Test(t *testing.T) { fixtest.Scripts(t, automaxprocs.Fixer) }

func TestPage(t *testing.T) {
	pagetest.RunIn(t, automaxprocs.Fixer, filepath.Join("testdata", "page", "module.txtar"))
}
