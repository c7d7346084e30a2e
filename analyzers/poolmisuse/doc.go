// Package poolmisuse finds misused object pools.
package poolmisuse
