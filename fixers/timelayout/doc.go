// Package timelayout replaces the most common layouts of times by the names that package
// time has for them.
//
// time.DateTime, time.DateOnly and time.TimeOnly came with Go 1.20
// (https://go.dev/doc/go1.20#time). A layout is easily mistyped, and no compiler tells
// 2006-02-01 from 2006-01-02; a name can't be.
//
// # Before
//
//	func day(s string) (string, error) {
//		t, err := time.Parse("2006-01-02 15:04:05", s)
//		if err != nil {
//			return "", err
//		}
//		return t.Format("2006-01-02"), nil
//	}
//
// # After
//
//	func day(s string) (string, error) {
//		t, err := time.Parse(time.DateTime, s)
//		if err != nil {
//			return "", err
//		}
//		return t.Format(time.DateOnly), nil
//	}
//
// # Precondition
//
// layout: none. The constants have these values. Only literals that are arguments of
// time.Parse, time.ParseInLocation, Time.Format and Time.AppendFormat are replaced.
//
// # What is left
//
// Layouts in constants and variables of the program, which have a name already, and the
// same texts anywhere else: nothing says that they are layouts. They are not reported.
package timelayout
