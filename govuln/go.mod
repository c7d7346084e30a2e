module github.com/gomend/gomend/govuln

go 1.26.0
