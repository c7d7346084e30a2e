// Package rewrite has what codemods need to suggest fixes: the text of nodes, imports that
// are added under a name that is free, places where comments would be lost.
package rewrite
