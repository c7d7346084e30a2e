package osroot_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/osroot"
)

func Test(t *testing.T) { fixtest.Scripts(t, osroot.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, osroot.Fixer) }
