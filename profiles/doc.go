// Package profiles is the root of the packages that read what Go programs record of
// themselves, and gather the evidence of leaks:
//
//   - goroutine reads goroutine dumps.
//   - leaktest runs a code base's tests and finds the goroutines that they leave for
//     ever.
//   - endpoint takes snapshots of running services over /debug/pprof, trend tells which
//     series of such grow, and watch joins the two.
//   - lines tells what profiles saw at each line of the source.
//   - compare tells what differs between profiles before and after a change, and how sure
//     that is.
//   - gctrace reads what GODEBUG=gctrace=1 prints.
package profiles
