package fixers

import (
	"github.com/gomend/gomend/fixers/automaxprocs"
	"github.com/gomend/gomend/fixers/buildtags"
	"github.com/gomend/gomend/fixers/cryptostd"
	"github.com/gomend/gomend/fixers/errorsjoin"
	"github.com/gomend/gomend/fixers/expstd"
	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/iofs"
	"github.com/gomend/gomend/fixers/ioutil"
	"github.com/gomend/gomend/fixers/logslog"
	"github.com/gomend/gomend/fixers/loopvar"
	"github.com/gomend/gomend/fixers/muxpattern"
	"github.com/gomend/gomend/fixers/netcontext"
	"github.com/gomend/gomend/fixers/netip"
	"github.com/gomend/gomend/fixers/oncevalue"
	"github.com/gomend/gomend/fixers/osroot"
	"github.com/gomend/gomend/fixers/printfconst"
	"github.com/gomend/gomend/fixers/ptrto"
	"github.com/gomend/gomend/fixers/quotedint"
	"github.com/gomend/gomend/fixers/randseed"
	"github.com/gomend/gomend/fixers/randv2"
	"github.com/gomend/gomend/fixers/requestctx"
	"github.com/gomend/gomend/fixers/sortfunc"
	"github.com/gomend/gomend/fixers/strandedptr"
	"github.com/gomend/gomend/fixers/testenv"
	"github.com/gomend/gomend/fixers/timelayout"
	"github.com/gomend/gomend/fixers/timerdrain"
	"github.com/gomend/gomend/fixers/titlecase"
	"github.com/gomend/gomend/fixers/xerrors"
)

//go:generate go run ./internal/docgen ../docs/fixers

// Own returns the codemods of this module, sorted by name. The slice is the caller's; the
// codemods are shared and must not be changed.
func Own() []*fix.Fixer {
	return []*fix.Fixer{
		automaxprocs.Fixer,
		buildtags.Fixer,
		cryptostd.Fixer,
		errorsjoin.Fixer,
		expstd.Fixer,
		iofs.Fixer,
		ioutil.Fixer,
		logslog.Fixer,
		loopvar.Fixer,
		muxpattern.Fixer,
		netcontext.Fixer,
		netip.Fixer,
		oncevalue.Fixer,
		osroot.Fixer,
		printfconst.Fixer,
		ptrto.Fixer,
		quotedint.Fixer,
		randseed.Fixer,
		randv2.Fixer,
		requestctx.Fixer,
		sortfunc.Fixer,
		strandedptr.Fixer,
		testenv.Fixer,
		timelayout.Fixer,
		timerdrain.Fixer,
		titlecase.Fixer,
		xerrors.Fixer,
	}
}
