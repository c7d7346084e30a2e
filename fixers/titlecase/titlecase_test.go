package titlecase_test

import (
	"path/filepath"
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/titlecase"
)

func Test(t *testing.T) { fixtest.Scripts(t, titlecase.Fixer) }

func TestPage(t *testing.T) {
	pagetest.RunIn(t, titlecase.Fixer, filepath.Join("testdata", "page", "module.txtar"))
}
