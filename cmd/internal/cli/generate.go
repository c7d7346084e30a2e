package cli

//go:generate go test -run=^TestReference$ -count=1 . -update
