package requestctx_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/requestctx"
)

func TestRequests(t *testing.T) { fixtest.Scripts(t, requestctx.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, requestctx.Fixer) }
