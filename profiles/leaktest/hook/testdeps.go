package hook

// TestDeps stands for the type of that name in testing/internal/testdeps, so that
// the methods in this package compile by themselves.
type TestDeps struct{}
