package poolmisuse_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gomend/gomend/analyzers/internal/pagetest"
	"github.com/gomend/gomend/analyzers/poolmisuse"
)

func Test(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), poolmisuse.Analyzer,
		"useafter", "twice", "escapes", "missing", "failing", "acquire", "kinds", "early", "dirty", "user", "generic", "rangefunc")
}

// TestTeam tells the rule of functions of one's own that it cannot see into.
func TestTeam(t *testing.T) {
	models := poolmisuse.Analyzer.Flags.Lookup("models").Value
	if err := models.Set("releases=team.Free,team.(*Arena).Recycle;takes-over=team.Sink.Take"); err != nil {
		t.Fatal(err)
	}
	defer models.Set("")
	analysistest.Run(t, analysistest.TestData(), poolmisuse.Analyzer, "team")
}

func TestFixes(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), poolmisuse.Analyzer, "fix")
}

func TestPage(t *testing.T) { pagetest.Run(t, poolmisuse.Rule, "1.26") }
