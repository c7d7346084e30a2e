module github.com/gomend/gomend/workspace

go 1.26.0

require (
	github.com/gomend/gomend/internal v0.1.0
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/rogpeppe/go-internal v1.16.0 // indirect
	golang.org/x/mod v0.42.0 // indirect
	golang.org/x/sync v0.24.0 // indirect
)
