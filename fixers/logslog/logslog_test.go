package logslog_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/logslog"
)

func Test(t *testing.T) { fixtest.Scripts(t, logslog.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, logslog.Fixer) }
