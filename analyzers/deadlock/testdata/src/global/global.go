// Package global opens and stops a store again and again.
package global

import "global/store"

func each(names []string) {
	for range names {
		store.Open()
		run()
	}
}

func run() { defer store.Stop() }
