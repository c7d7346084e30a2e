module github.com/gomend/gomend/fixers

go 1.26.0
