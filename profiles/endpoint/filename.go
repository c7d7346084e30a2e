package endpoint

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// partIn returns the part that a file has according to its name, Memory for a record,
// and "" for others. Hidden and temporary files are others.
func partIn(name string) Part {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".tmp") {
		return ""
	}
	if _, ok := timeIn(name); ok && strings.HasSuffix(name, recordSuffix) {
		return Memory
	}
	kind := strings.TrimLeft(name, "0123456789TZ+-:._ ")
	for _, part := range []Part{Leaks, Goroutines, Heap} {
		if strings.HasPrefix(kind, string(part)) {
			return part
		}
	}
	return ""
}

// The expressions are compiled when they are first used: programs that link the
// package may start often and never need it.
var (
	// date matches a time like that of RFC 3339. A zone without plus sign or colon
	// could be any number, and is none.
	date = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?:^|\D)(20\d\d)-?(\d\d)-?(\d\d)[T _-]?(\d\d)[:.-]?(\d\d)[:.-]?(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?(?:\D|$)`)
	})

	// seconds matches seconds since 1970, from 2001 on.
	seconds = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?:^|\D)([1-9]\d{9})(?:\D|$)`) })
)

// timeIn returns the time in a file's name, and false if there is none.
func timeIn(name string) (time.Time, bool) {
	if m := date().FindStringSubmatch(name); m != nil {
		zone := m[8]
		if zone == "" {
			zone = "Z"
		}
		text := m[1] + "-" + m[2] + "-" + m[3] + "T" + m[4] + ":" + m[5] + ":" + m[6] + m[7] + zone
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			return at.UTC(), true
		}
	}
	if m := seconds().FindStringSubmatch(name); m != nil {
		if n, err := strconv.ParseInt(m[1], 10, 64); err == nil {
			return time.Unix(n, 0).UTC(), true
		}
	}
	return time.Time{}, false
}
