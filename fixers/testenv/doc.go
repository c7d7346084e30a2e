// Package testenv lets package testing clean up what tests do by hand: temporary folders,
// environment variables, the working directory.
//
// T.TempDir makes a folder that is removed when the test ends
// (https://go.dev/doc/go1.15#testing), T.Setenv sets a variable for the time of the test
// (https://go.dev/doc/go1.17#testing), T.Chdir changes the working directory for it
// (https://go.dev/doc/go1.24#testing). All of them fail the test when they fail.
//
// # Before
//
//	func TestWrite(t *testing.T) {
//		dir, err := os.MkdirTemp("", "write")
//		if err != nil {
//			t.Fatal(err)
//		}
//		defer os.RemoveAll(dir)
//		if err := os.WriteFile(filepath.Join(dir, "a"), nil, 0o666); err != nil {
//			t.Fatal(err)
//		}
//	}
//
//	func TestHome(t *testing.T) {
//		old := os.Getenv("HOME")
//		os.Setenv("HOME", "/home/gopher")
//		defer os.Setenv("HOME", old)
//		if home, _ := os.UserHomeDir(); home != "/home/gopher" {
//			t.Error(home)
//		}
//	}
//
// # After
//
//	func TestWrite(t *testing.T) {
//		dir := t.TempDir()
//		if err := os.WriteFile(filepath.Join(dir, "a"), nil, 0o666); err != nil {
//			t.Fatal(err)
//		}
//	}
//
//	func TestHome(t *testing.T) {
//		t.Setenv("HOME", "/home/gopher")
//		if home, _ := os.UserHomeDir(); home != "/home/gopher" {
//			t.Error(home)
//		}
//	}
//
// # Precondition
//
// Each of these is looked for in _test.go files, in functions that have a *testing.T, B or F
// or a testing.TB as a parameter themselves: a test, a helper, a function literal that is
// given to Run. TestMain and function literals in them, such as goroutines and what is given
// to Cleanup, have none.
//
// tempdir: a folder of os.MkdirTemp or ioutil.TempDir in the default place, whose error ends
// or fails the test, and which is removed by a deferred os.RemoveAll, or one in Cleanup, of
// the same block. The variables of folder and error are declared there, and the code that
// follows compiles without that declaration of the error. The file has nothing that makes
// folders which can't be removed or which depend on the length of the name: no Chmod, no
// unix socket.
//
// tempdirname is the same in a file that has. It is a suggestion: the folder's name is longer,
// as it has the test's name in it, and a folder that can't be removed fails the test.
//
// setenv: a variable that is set, and set back or unset by a deferred call or one in Cleanup.
// It is a suggestion, as T.Setenv puts back what was there before: a variable that was unset
// is unset again, not set to the empty string, and one that was set is not unset.
//
// chdir: os.Chdir between an os.Getwd and a deferred os.Chdir back to it. It is a suggestion,
// as T.Chdir sets the variable PWD too, which programs that the test starts can see.
//
// # What is left
//
// parallel: T.Setenv and T.Chdir panic in a test that calls Parallel, or below one that does.
// A test in which Parallel is called, or a helper where the package has parallel tests, is
// told: it changes the environment of the tests that run beside it.
//
// kept: a temporary folder stays as it is where the error is used in another way, or a
// comment would be lost.
package testenv
