// Package unsafefuncs has sums of pointers and other things.
package unsafefuncs

import (
	"fmt"
	"unsafe"
)

var Traps = map[string]func() string{
	"backwards":        backwards,
	"narrow and below": narrow,
	"wrapped around":   wrapped,
	"of a sum":         sum,
	"shifted":          shifted,
}

var all = [8]byte{0, 1, 2, 3, 4, 5, 6, 7}

func at(p unsafe.Pointer) string { return fmt.Sprint(*(*byte)(p)) }

func backwards() string {
	n := -2
	p := unsafe.Pointer(&all[4])
	return at(unsafe.Pointer(uintptr(p) + uintptr(n)))
}

func narrow() string {
	n := int8(-2)
	p := unsafe.Pointer(&all[4])
	return at(unsafe.Pointer(uintptr(p) + uintptr(n)))
}

func wrapped() string {
	n := uint8(250)
	p := unsafe.Pointer(&all[0])
	return at(unsafe.Pointer(uintptr(p) + uintptr(n+10)))
}

func sum() string {
	a, b := 1, 2
	p := unsafe.Pointer(&all[0])
	return at(unsafe.Pointer(uintptr(p) + uintptr(a+b)*2))
}

func shifted() string {
	n := uintptr(1)
	p := unsafe.Pointer(&all[0])
	return at(unsafe.Pointer(uintptr(p) + n<<2))
}
