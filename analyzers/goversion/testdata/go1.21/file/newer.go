//go:build go1.22

// A file's build line selects its language, and not the program's setting.
package file // want `asynctimerchan=1` `loopvar true`
