// Package govuln will report the known vulnerabilities that code really calls.
// Nothing of it is built yet.
package govuln
