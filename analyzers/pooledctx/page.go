// Code generated from doc.go by go generate; DO NOT EDIT.

package pooledctx

const page = "Package pooledctx finds contexts of web frameworks that outlive their handler.\n"
