package model

import (
	"flag"
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// TeamFlagName is the name of the analyzers' flag that tells what a code base's
// own functions do: "releases=example.com/x.(*T).Put;takes-over=example.com/y.G".
const TeamFlagName = "models"

// Claims about a function that the flag can make.
const (
	Blocks          = "blocks"            // it may block for ever
	EndsWithContext = "ends-with-context" // it returns soon after its context is done
	NeverReturns    = "never-returns"     // it does not return
	Releases        = "releases"          // it gives back what it is called on, or given
	TakesOver       = "takes-over"        // what it is given is its own from then on
)

// TeamFlag returns a flag set with the flag, for an analyzer that asks [TeamSays].
func TeamFlag() flag.FlagSet {
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.Var(new(team), TeamFlagName, "what the code base's own functions do, as `claim=function,…;…`")
	return *fs
}

// TeamClaims reports whether the flag in fs makes one of the claims about any
// function.
func TeamClaims(fs *flag.FlagSet, claims ...string) bool {
	f := fs.Lookup(TeamFlagName)
	return f != nil && slices.ContainsFunc(claims, func(claim string) bool { return len(f.Value.(*team).claims[claim]) > 0 })
}

// TeamSays reports whether the flag in fs makes a claim about fn.
func TeamSays(fs *flag.FlagSet, claim string, fn *types.Func) bool {
	f := fs.Lookup(TeamFlagName)
	if f == nil || fn == nil || fn.Pkg() == nil {
		return false
	}
	names := f.Value.(*team).claims[claim]
	if len(names) == 0 {
		return false
	}
	path, name := fn.Pkg().Path(), Name(fn)
	if slices.Contains(names, path+"."+name) {
		return true
	}
	recv, method, ok := strings.Cut(name, ".")
	return ok && slices.Contains(names, path+".(*"+recv+")."+method)
}

// team is the value of the flag.
type team struct {
	text   string
	claims map[string][]string
}

func (t *team) String() string { return t.text }

func (t *team) Set(text string) error {
	claims := make(map[string][]string)
	for part := range strings.SplitSeq(text, ";") {
		if part == "" {
			continue
		}
		claim, names, ok := strings.Cut(part, "=")
		if !ok {
			return fmt.Errorf("%q is not of the form claim=function,…", part)
		}
		claims[claim] = append(claims[claim], strings.Split(names, ",")...)
	}
	t.text, t.claims = text, claims
	return nil
}
