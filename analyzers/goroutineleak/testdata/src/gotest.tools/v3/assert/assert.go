// Package assert has the signatures of gotest.tools'.
package assert

type TestingT interface {
	FailNow()
}

func NilError(t TestingT, err error, msgAndArgs ...any) {
	if err != nil {
		t.FailNow()
	}
}
