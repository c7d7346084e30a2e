package config_test

import (
	"math"
	"testing"

	"github.com/gomend/gomend/cmd/internal/config"
)

func TestThresholdsOfRows(t *testing.T) {
	p := config.Profile{Rows: []config.ProfileRows{
		{Names: []string{"example.com/shop..."}, Threshold: "20%"},
		{Names: []string{"example.com/shop/old....", "main.(*T).run"}, Threshold: "never"},
	}}
	of := p.Thresholds()
	for row, want := range map[string]float64{
		"example.com/shop.F":          0.2,
		"example.com/shop/cart.F":     0.2,
		"example.com/shop/old.(*T).F": math.Inf(1),
		"example.com/shop/older.F":    0.2,
		"main.(*T).run":               math.Inf(1),
		"main.(*T).run.func":          -1,
		"other.example.com/shop.F":    -1,
	} {
		got, own := of(row)
		if !own {
			got = -1
		}
		if got != want {
			t.Errorf("%s has the threshold %v, not %v", row, got, want)
		}
	}
	if none := (&config.Profile{}).Thresholds(); none != nil {
		t.Error("there are thresholds of rows where none are set")
	}
}

func TestParseShare(t *testing.T) {
	for text, want := range map[string]float64{"5%": 0.05, "0.05": 0.05, "0": 0, "0%": 0, "150%": 1.5} {
		if got, err := config.ParseShare(text); err != nil || math.Abs(got-want) > 1e-12 {
			t.Errorf("%s is %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "%", "x", "-1%", "NaN", "Inf", "5 %", "5%%", "5"} {
		if got, err := config.ParseShare(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}
