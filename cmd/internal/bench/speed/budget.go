package main

import "time"

// A Budget is a promise about what gomend costs, and what it did cost.
type Budget struct {
	What      string
	Got, Most float64
	Unit      string
}

func (b Budget) met() bool { return b.Got <= b.Most }

// budgets returns the promises that can be judged by the measurements: those
// about other tools need these.
func budgets(rows []Row, memory Memory, startup Startup) []Budget {
	by := make(map[string]Row)
	for _, r := range rows {
		by[r.Tool] = r
	}
	gomend, vet := by[checkName], by[vetName]
	list := []Budget{
		{"warm, beside go vet", ratio(gomend.Warm.CPU, vet.Warm.CPU), 1.3, ""},
		{"after an edit, beside go vet", ratio(gomend.Edited.CPU, vet.Edited.CPU), 1.3, ""},
		{"cold, beside go vet", ratio(gomend.Cold.CPU, vet.Cold.CPU), 1, ""},
	}
	if other, ok := by[golangciName]; ok {
		list = append(list, Budget{"cold, beside golangci-lint", ratio(gomend.Cold.CPU, other.Cold.CPU), 0.5, ""})
	}
	if other, ok := by[staticcheckName]; ok {
		list = append(list,
			Budget{"built, beside staticcheck", ratio(gomend.Built.CPU, other.Built.CPU), 0.25, ""},
			Budget{"cold, beside staticcheck", ratio(gomend.Cold.CPU, other.Cold.CPU), 0.25, ""})
	}
	return append(list,
		Budget{"memory of its largest process", float64(max(memory.Vettool.Bytes, memory.Check)) / 1e6, 300, " MB"},
		Budget{"CPU to start the vet tool", milliseconds(startup.CPU), 8, " ms"},
		Budget{"initialisation in it", milliseconds(startup.Init), 3, " ms"},
	)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
