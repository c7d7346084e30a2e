// Package global leaves goroutines at a channel that a variable of the package has.
package global

var audit = make(chan string)

// Login notes that a user came.
func Login(user string) bool {
	go func() { audit <- user }() // nobody reads it in this program
	return user != ""
}
