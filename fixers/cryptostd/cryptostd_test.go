package cryptostd_test

import (
	"path/filepath"
	"testing"

	"github.com/gomend/gomend/fixers/cryptostd"
	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
)

func Test(t *testing.T) { fixtest.Scripts(t, cryptostd.Fixer) }

func TestPage(t *testing.T) {
	pagetest.RunIn(t, cryptostd.Fixer, filepath.Join("testdata", "page", "module.txtar"))
}
