package netip_test

import (
	"path/filepath"
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/netip"
)

func Test(t *testing.T) { fixtest.Scripts(t, netip.Fixer) }

func TestPage(t *testing.T) {
	pagetest.RunIn(t, netip.Fixer, filepath.Join("testdata", "page", "module.txtar"))
}
