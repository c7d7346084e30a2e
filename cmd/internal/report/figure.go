package report

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/gomend/gomend/profiles/gctrace"
)

// figure returns a figure with its unit.
func figure(value float64, unit gctrace.Unit) string {
	switch unit {
	case gctrace.Seconds:
		return duration(time.Duration(value * float64(time.Second)))
	case gctrace.Bytes:
		return size(int64(value))
	case gctrace.BytesPerSecond:
		return size(int64(value)) + "/s"
	case gctrace.PerSecond:
		return fmt.Sprintf("%.2f/s", value)
	case gctrace.Count:
		return fmt.Sprintf("%.0f", value)
	}
	return fmt.Sprintf("%.3f", value)
}

func changeRatio(c gctrace.Change) string {
	if c.Base == 0 {
		return "—"
	}
	return twoDigits(c.Ratio)
}

// duration returns a duration with about three digits.
func duration(d time.Duration) string {
	for _, step := range slices.Backward([]time.Duration{time.Microsecond, time.Millisecond, time.Second, time.Minute}) {
		if d >= 100*step {
			return d.Round(step).String()
		}
		if d >= step {
			return d.Round(step / 100).String()
		}
	}
	return d.String()
}

// size returns a number of bytes in MB, which are of 1<<20 bytes as in GC traces.
func size(bytes int64) string {
	return thousands(int64(math.Round(float64(bytes)/(1<<20)))) + " MB"
}

// percent returns a share as a percentage.
func percent(share float64) string { return fmt.Sprintf("%.1f%%", 100*share) }

func twoDigits(ratio float64) string { return fmt.Sprintf("%.2f", ratio) }
