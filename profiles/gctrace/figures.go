package gctrace

import "time"

// A Unit is what a [Figure] is measured in.
type Unit string

// The units.
const (
	Count          Unit = ""
	Ratio          Unit = "ratio" // of two alike, or a share between 0 and 1
	Seconds        Unit = "s"
	Bytes          Unit = "B"
	PerSecond      Unit = "/s"
	BytesPerSecond Unit = "B/s"
)

// A Figure is a number with its name.
type Figure struct {
	Name  string
	Value float64
	Unit  Unit
}

// seconds returns the figure for a duration.
func seconds(name string, d time.Duration) Figure { return Figure{name, d.Seconds(), Seconds} }

func (s Statistics) rateFigure() Figure { return Figure{"cycles", s.Rate, PerSecond} }

func (s Statistics) shareFigure() Figure {
	return Figure{"collector's share of the CPU", s.GCShare, Ratio}
}

func (s Statistics) assistFigure() Figure {
	return Figure{"assists' share of the collector's CPU", s.AssistShare, Ratio}
}

func (s Statistics) pauseFigure() Figure { return seconds("pause, 90th percentile", s.Pause.P90) }

func (s Statistics) goalFigure() Figure {
	return Figure{"goal over live heap, median", s.GoalRatio.P50, Ratio}
}

func (s Statistics) forcedFigure() Figure {
	return Figure{"forced cycles' share", ratio(float64(s.Forced), float64(s.Cycles)), Ratio}
}

// figures returns what two runs are compared by. All are independent of how long the
// runs are, but for the extremes, which grow with the number of cycles.
func (s Statistics) figures() []Figure {
	return []Figure{
		s.rateFigure(),
		s.shareFigure(),
		s.assistFigure(),
		seconds("pause, median", s.Pause.P50),
		s.pauseFigure(),
		seconds("pause, 99th percentile", s.Pause.P99),
		seconds("pause, longest", s.Pause.Max),
		seconds("sweep termination, median", s.SweepTermination.P50),
		seconds("concurrent mark, median", s.ConcurrentMark.P50),
		seconds("mark termination, median", s.MarkTermination.P50),
		{"live heap, median", float64(s.Live.P50), Bytes},
		{"live heap, largest", float64(s.Live.Max), Bytes},
		{"heap before sweeping, largest", float64(s.Peak.Max), Bytes},
		s.goalFigure(),
		{"allocation", s.AllocationRate, BytesPerSecond},
		s.forcedFigure(),
	}
}
