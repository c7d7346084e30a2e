package xerrors_test

import (
	"path/filepath"
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/xerrors"
)

func Test(t *testing.T) { fixtest.Scripts(t, xerrors.Fixer) }

func TestPage(t *testing.T) {
	pagetest.RunIn(t, xerrors.Fixer, filepath.Join("testdata", "page", "module.txtar"))
}
