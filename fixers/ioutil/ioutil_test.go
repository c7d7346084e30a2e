package ioutil_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/ioutil"
)

func Test(t *testing.T) { fixtest.Scripts(t, ioutil.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, ioutil.Fixer) }
