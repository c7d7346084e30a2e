package flagname

import "flag"

func define(fs *flag.FlagSet) {
	flag.String("-name", "", "") // want `defining the flag panics`
	flag.String("na-me", "", "")
	var n int
	fs.IntVar(&n, "a=b", 0, "") // want `defining the flag panics`
	fs.IntVar(&n, "ab", 0, "-")
}
