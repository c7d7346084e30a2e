package edit

import "bytes"

// WithLineEnds returns a content with the line ends that the old one has, if all of these are
// those of Windows: what adds lines, and what formats, writes those of Unix.
func WithLineEnds(content, old []byte) []byte {
	if n := bytes.Count(old, []byte("\r\n")); n == 0 || n < bytes.Count(old, []byte("\n")) {
		return content
	}
	unix := bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(unix, []byte("\n"), []byte("\r\n"))
}
