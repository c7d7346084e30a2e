module github.com/gomend/gomend/profiles

go 1.26.0
