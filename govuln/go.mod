module github.com/gomend/gomend/govuln

go 1.26.0

require (
	github.com/gomend/gomend/internal v0.1.0
	github.com/gomend/gomend/workspace v0.1.0
	golang.org/x/mod v0.42.0
	golang.org/x/sync v0.24.0
	golang.org/x/tools v0.52.0
	golang.org/x/vuln v1.9.0
)

require (
	github.com/rogpeppe/go-internal v1.16.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/telemetry v0.0.0-20261010193011-f71dc92da45e // indirect
)
