// Gomend finds the defects that take Go services down.
package main

func main() {}
