package config

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Thresholds returns the thresholds of rows that have one of their own, by their names, or nil
// if none has. Of several patterns the last one holds.
func (p *Profile) Thresholds() func(row string) (threshold float64, own bool) {
	if len(p.Rows) == 0 {
		return nil
	}
	type pattern struct {
		names     *regexp.Regexp
		threshold float64
	}
	var all []pattern
	for _, rows := range p.Rows {
		threshold, err := parseThreshold(rows.Threshold)
		if err != nil {
			continue // the file was refused
		}
		for _, name := range rows.Names {
			// Of four dots the first one is the one before a function's name.
			quoted := strings.NewReplacer(`\.\.\.\.`, `\..*`, `\.\.\.`, ".*").Replace(regexp.QuoteMeta(name))
			all = append(all, pattern{regexp.MustCompile("^(?:" + quoted + ")$"), threshold})
		}
	}
	return func(row string) (float64, bool) {
		for i := len(all) - 1; i >= 0; i-- {
			if all[i].names.MatchString(row) {
				return all[i].threshold, true
			}
		}
		return 0, false
	}
}

// ParseShare reads a share, as 5% or 0.05.
func ParseShare(text string) (float64, error) {
	number, percent := strings.CutSuffix(text, "%")
	share, err := strconv.ParseFloat(number, 64)
	if err != nil || share < 0 || math.IsNaN(share) || math.IsInf(share, 0) {
		return 0, fmt.Errorf("%q is no share: write it as 5%% or 0.05", text)
	}
	switch {
	case percent:
		share /= 100
	case share > 1:
		return 0, fmt.Errorf("%q may be a slip: write %s%%, or %g%%", text, text, 100*share)
	}
	return share, nil
}

// never is the threshold of rows that do not count.
const never = "never"

func parseThreshold(text string) (float64, error) {
	if text == never {
		return math.Inf(1), nil
	}
	return ParseShare(text)
}

func checkShare(text string) string {
	if _, err := ParseShare(text); err != nil {
		return err.Error()
	}
	return ""
}

func checkThreshold(text string) string {
	if _, err := parseThreshold(text); err != nil {
		return err.Error() + ", or never"
	}
	return ""
}

func checkRowPattern(text string) string {
	if strings.TrimSpace(text) != text || text == "" {
		return "it is empty, or has blanks around it"
	}
	return ""
}
