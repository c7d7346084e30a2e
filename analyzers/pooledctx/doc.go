// Package pooledctx finds contexts of web frameworks that outlive their handler.
package pooledctx
