// Package fixers will hold the codemods that move code to a newer Go, and the
// plan that drives them. Nothing of it is built yet.
package fixers
