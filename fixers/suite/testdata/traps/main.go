// Command traps prints what each trap returns.
package main

import (
	"fmt"
	"maps"
	"slices"

	anytrap "example.com/traps/any"
	"example.com/traps/errorsastype"
	"example.com/traps/forvar"
	"example.com/traps/inline"
	"example.com/traps/mapsloop"
	"example.com/traps/minmax"
	"example.com/traps/minmaxfunc"
	"example.com/traps/newexpr"
	"example.com/traps/rangeint"
	"example.com/traps/reflecttypeassert"
	"example.com/traps/reflecttypefor"
	"example.com/traps/slicesbackward"
	"example.com/traps/slicesclip"
	"example.com/traps/slicescontains"
	"example.com/traps/slicessort"
	"example.com/traps/stditerators"
	"example.com/traps/stringintconv"
	"example.com/traps/stringsbuilder"
	"example.com/traps/stringscut"
	"example.com/traps/stringscutprefix"
	"example.com/traps/stringsseq"
	"example.com/traps/unsafefuncs"
	"example.com/traps/waitgroupgo"
)

var all = map[string]map[string]func() string{
	"any":               anytrap.Traps,
	"errorsastype":      errorsastype.Traps,
	"forvar":            forvar.Traps,
	"inline":            inline.Traps,
	"mapsloop":          mapsloop.Traps,
	"minmax":            minmax.Traps,
	"minmaxfunc":        minmaxfunc.Traps,
	"newexpr":           newexpr.Traps,
	"rangeint":          rangeint.Traps,
	"reflecttypeassert": reflecttypeassert.Traps,
	"reflecttypefor":    reflecttypefor.Traps,
	"slicesbackward":    slicesbackward.Traps,
	"slicesclip":        slicesclip.Traps,
	"slicescontains":    slicescontains.Traps,
	"slicessort":        slicessort.Traps,
	"stditerators":      stditerators.Traps,
	"stringintconv":     stringintconv.Traps,
	"stringsbuilder":    stringsbuilder.Traps,
	"stringscut":        stringscut.Traps,
	"stringscutprefix":  stringscutprefix.Traps,
	"stringsseq":        stringsseq.Traps,
	"unsafefuncs":       unsafefuncs.Traps,
	"waitgroupgo":       waitgroupgo.Traps,
}

func main() {
	for _, fixer := range slices.Sorted(maps.Keys(all)) {
		for _, name := range slices.Sorted(maps.Keys(all[fixer])) {
			fmt.Printf("%s: %s: %s\n", fixer, name, outcome(all[fixer][name]))
		}
	}
}

func outcome(trap func() string) (s string) {
	defer func() {
		if r := recover(); r != nil {
			s = fmt.Sprint("panic: ", r)
		}
	}()
	return trap()
}
