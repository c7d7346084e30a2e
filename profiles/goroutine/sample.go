package goroutine

import "github.com/google/pprof/profile"

// StackOf returns the calls of a profile's sample, the innermost first, with those that
// were inlined.
func StackOf(s *profile.Sample) []Frame {
	var stack []Frame
	for _, loc := range s.Location {
		for _, at := range loc.Line {
			if at.Function != nil {
				stack = append(stack, Frame{Func: at.Function.Name, File: at.Function.Filename, Line: int(at.Line)})
			}
		}
	}
	return stack
}
