package report

import (
	"fmt"
	"unicode/utf16"
)

const (
	lineHashFactor = 37
	endOfFile      = 0xffff
)

// A lineHash is the hash of a window that moves over a file.
type lineHash struct {
	window [100]uint64
	lines  [100]int // the line that begins with a character of the window, or -1
	at     int      // the place of the window's oldest character
	hash   uint64
	first  uint64 // the factor of a character that leaves the window
	count  map[uint64]int
	hashes []string // by line, from 0
}

// lineHashes returns what GitHub's code scanning goes by, as primaryLocationLineHash, for each
// line of a file: a hash of the 100 characters from the line's beginning on, blanks left out,
// and the how manieth line with this hash it is. Uploads by GitHub's action get it there, and
// those by its interface do not. It is the action's, to the bit, which warns of any other
// (https://github.com/github/codeql-action/blob/main/src/fingerprints.ts).
func lineHashes(source []byte) []string {
	h := lineHash{first: 1, count: make(map[uint64]int)}
	for i := range h.lines {
		h.lines[i] = -1
		h.first *= lineHashFactor
	}
	afterReturn, begins := false, true
	for _, c := range append(utf16.Encode([]rune(string(source))), endOfFile) {
		if c == ' ' || c == '\t' || afterReturn && c == '\n' {
			afterReturn = false
			continue
		}
		if afterReturn = c == '\r'; afterReturn {
			c = '\n'
		}
		h.tell()
		if begins {
			h.lines[h.at] = len(h.hashes)
			h.hashes = append(h.hashes, "")
		}
		begins = c == '\n'
		h.add(uint64(c))
	}
	for range h.window {
		h.tell()
		h.add(0)
	}
	return h.hashes
}

// tell notes the hash of the line that begins the window, if one does.
func (h *lineHash) tell() {
	line := h.lines[h.at]
	if line < 0 {
		return
	}
	h.count[h.hash]++
	h.hashes[line] = fmt.Sprintf("%x:%d", h.hash, h.count[h.hash])
	h.lines[h.at] = -1
}

// add moves the window by a character.
func (h *lineHash) add(c uint64) {
	h.hash = h.hash*lineHashFactor + c - h.first*h.window[h.at]
	h.window[h.at] = c
	h.at = (h.at + 1) % len(h.window)
}
