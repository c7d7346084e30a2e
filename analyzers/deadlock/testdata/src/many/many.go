// Package many writes more memory than a fact has room for. // want package:"has functions that lock"
package many

import "sync"

type Settings struct {
	mu                                                                                                                                                                                                     sync.Mutex
	F00, F01, F02, F03, F04, F05, F06, F07, F08, F09, F10, F11, F12, F13, F14, F15, F16, F17, F18, F19, F20, F21, F22, F23, F24, F25, F26, F27, F28, F29, F30, F31, F32, F33, F34, F35, F36, F37, F38, F39 bool
}

func (s *Settings) Reset() { // want Reset:"Lock parameter 1.mu"
	s.mu.Lock()
	defer s.mu.Unlock()
	s.F00 = false
	s.F01 = false
	s.F02 = false
	s.F03 = false
	s.F04 = false
	s.F05 = false
	s.F06 = false
	s.F07 = false
	s.F08 = false
	s.F09 = false
	s.F10 = false
	s.F11 = false
	s.F12 = false
	s.F13 = false
	s.F14 = false
	s.F15 = false
	s.F16 = false
	s.F17 = false
	s.F18 = false
	s.F19 = false
	s.F20 = false
	s.F21 = false
	s.F22 = false
	s.F23 = false
	s.F24 = false
	s.F25 = false
	s.F26 = false
	s.F27 = false
	s.F28 = false
	s.F29 = false
	s.F30 = false
	s.F31 = false
	s.F32 = false
	s.F33 = false
	s.F34 = false
	s.F35 = false
	s.F36 = false
	s.F37 = false
	s.F38 = false
	s.F39 = false
}
