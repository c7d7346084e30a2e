package pins

import (
	"regexp"
	"sync"
)

// lazy returns a regular expression that is compiled when it is first asked for. There are
// many here, and programs link this package that have no use for it at most of their starts.
func lazy(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
