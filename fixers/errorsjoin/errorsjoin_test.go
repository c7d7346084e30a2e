package errorsjoin_test

import (
	"path/filepath"
	"testing"

	"github.com/gomend/gomend/fixers/errorsjoin"
	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
)

func Test(t *testing.T) { fixtest.Scripts(t, errorsjoin.Fixer) }

func TestPage(t *testing.T) {
	pagetest.RunIn(t, errorsjoin.Fixer, filepath.Join("testdata", "page", "module.txtar"))
}
