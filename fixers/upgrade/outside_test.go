package upgrade_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomend/gomend/fixers/upgrade"
)

const outsider = `
-- code/go.work --
go 1.18

use (
	.
	MEMBER
)
-- code/go.mod --
module example.com/shop

go 1.16
-- code/shop.go --
package shop
-- lib/go.mod --
module example.com/lib

go 1.16
-- lib/lib.go --
package lib

const N = 1 + 0
`

// A module that lies elsewhere than the code base, below whose root all files are written,
// is named before anything is done, and stays as it is.
func TestModuleElsewhere(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ member, want string }{
		{"../lib", "go.work:5: the module ../lib lies outside of "},
		{"./linked", "go.work:5: the module ./linked lies outside of "},
	} {
		t.Run(test.member, func(t *testing.T) {
			t.Parallel()
			cfg := layOut(t, strings.ReplaceAll(outsider, "MEMBER", test.member))
			if err := os.Symlink(filepath.Join("..", "lib"), filepath.Join(cfg.Dir, "code", "linked")); err != nil {
				t.Skip(err)
			}
			before := contents(t, filepath.Join(cfg.Dir, "lib"))
			top := cfg.Dir
			cfg.Dir = filepath.Join(top, "code")
			_, err := upgrade.Plan(t.Context(), cfg, upgrade.Options{To: "1.22", NoAudit: true})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got the error %v, want %q", err, test.want)
			}
			if after := contents(t, filepath.Join(top, "lib")); !slices.Equal(after, before) {
				t.Errorf("planning writes to another code base: %q, before %q", after, before)
			}
		})
	}
}
