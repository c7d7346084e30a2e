package expstd_test

import (
	"path/filepath"
	"testing"

	"github.com/gomend/gomend/fixers/expstd"
	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
)

func Test(t *testing.T) { fixtest.Scripts(t, expstd.Fixer) }

func TestPage(t *testing.T) {
	pagetest.RunIn(t, expstd.Fixer, filepath.Join("testdata", "page", "module.txtar"))
}
