package trend

// correct adjusts the p-values of the candidates that move for their number, in the two
// families that the package comment tells of.
func correct(all []candidate) {
	var wide, narrow []*candidate
	for i := range all {
		switch c := &all[i]; {
		case c.moves && c.wide:
			wide = append(wide, c)
		case c.moves:
			narrow = append(narrow, c)
		}
	}
	if len(wide) == 0 || len(narrow) == 0 {
		correctFamily(wide, 1)
		correctFamily(narrow, 1)
		return
	}
	correctFamily(wide, wideShare)
	correctFamily(narrow, 1-wideShare)
}

// correctFamily adjusts the p-values of a family that has a share of the false
// discovery rate.
func correctFamily(family []*candidate, share float64) {
	p := make([]float64, len(family))
	for i, c := range family {
		p[i] = c.figures.P
	}
	for i, adjusted := range benjaminiHochberg(p) {
		family[i].figures.Adjusted = min(adjusted/share, 1)
	}
}
