package quotedint_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/quotedint"
)

func Test(t *testing.T) { fixtest.Scripts(t, quotedint.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, quotedint.Fixer) }
