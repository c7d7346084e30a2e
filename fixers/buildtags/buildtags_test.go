package buildtags_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/buildtags"
	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
)

func TestConstraints(t *testing.T) { fixtest.Transcripts(t, buildtags.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, buildtags.Fixer) }
