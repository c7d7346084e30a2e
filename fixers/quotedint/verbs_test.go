package quotedint

import (
	"fmt"
	"slices"
	"testing"
)

// A recorder notes the verbs that fmt prints it with.
type recorder struct{ verbs *[]rune }

func (r recorder) Format(_ fmt.State, verb rune) { *r.verbs = append(*r.verbs, verb) }

// FuzzVerbs compares how a format is read with how package fmt reads it.
func FuzzVerbs(f *testing.F) {
	for _, format := range []string{"%q", "%5.2q %d%%", "%-+08q%", "%.q%!", "%5+q", "%1.2.3q", "% #q%v\xff%\xffq", "%[1]q", "%*q"} {
		f.Add(format)
	}
	f.Fuzz(func(t *testing.T, format string) {
		got, ok := verbsOf(format)
		if !ok {
			return
		}
		var want []rune
		args := make([]any, len(got))
		for i := range args {
			args[i] = recorder{&want}
		}
		_ = fmt.Sprintf(format, args...)
		// These fmt does by itself.
		got = slices.DeleteFunc(got, func(verb rune) bool { return verb == 'w' || verb == 'T' || verb == 'p' })
		if !slices.Equal(got, want) {
			t.Errorf("%q has the verbs %q, and fmt takes %q", format, got, want)
		}
	})
}
