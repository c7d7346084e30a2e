// Code generated from doc.go by go generate; DO NOT EDIT.

package poolmisuse

const page = "Package poolmisuse finds misused object pools.\n"
