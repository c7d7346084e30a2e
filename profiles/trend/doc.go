// Package trend tells which of the series of a watched program grow as a leak does: the
// goroutines of a stack, the heap bytes of an owner, the timers of a creator, counted
// every minute or so.
//
// A [Watch] is what was counted, and [Watch.Judge] returns a [Verdict] on each series:
//
//	watch := trend.Watch{Times: times, Series: counts}
//	verdicts, err := watch.Judge(trend.Goroutines())
//	…
//	for i, v := range verdicts {
//		if v.Kind == trend.Growing {
//			fmt.Printf("%s: %+.0f an hour: %s\n", stacks[i], v.Slope.Value, v.Reason)
//		}
//	}
//
// # When a series grows
//
// All of this has to hold:
//
//   - There are at least 5 snapshots of one process.
//   - The last value is above the first by an amount that matters ([Options]).
//   - Once the first fifth of the snapshots is over, it does not fall by more than a
//     fifth of its peak and more than the noise of counts explains. So caches that are
//     emptied and bursts are told apart.
//   - It still grows in the second half of the watch, by at least half of the slope of
//     the whole: pools and warm-ups do not.
//   - Each half on its own shows a trend, and it rises from one snapshot to the next at
//     least 4 times: a pool that is enlarged does so now and then.
//   - The one-sided Mann-Kendall test finds an upward trend: p is at most 1 %, and the
//     false discovery rate over all series of the watch at most 5 %.
//   - The rate of requests does not explain it, where a counter of these is given.
//
// The test is one-sided as a leak only ever grows: the direction is known before there
// is any value, and looking for falls too would double each p-value for nothing. With
// 5 snapshots, the least there are verdicts on, the smallest p is 1/120.
//
// # Many series
//
// A watch has hundreds of series, and p-values below 0.05 are bound to be among them.
// The Benjamini-Hochberg correction allows for that, but the more series there are,
// the smaller p has to be, and with n snapshots it cannot be below 1/n!: among 50
// series no single leak could be found with 6. What helps is to sort the series before
// the test by what does not depend on the order of their values. The test looks at
// nothing but the order. If a series has no trend, each order of its values is as
// likely, whatever the values are: its p-value stays as valid after such a choice as
// before (independent filtering: Bourgon, Gentleman and Huber, PNAS 107, 2010). Sorting
// by whether the last value is above the first would not be: that would pick just the
// series that look like growth, and count them as if they had not been picked.
//
// So series whose values are too close together to grow by an amount that matters in
// any order are not tested. The others are two families: those that spread by more
// than counts at a steady load do, where leaks are, and the rest. Each is corrected on
// its own, with four fifths of the rate for the first if there are both. That is how many
// of a family can move for a single leak among them to be found that never stands still:
//
//	                 5 snapshots   6 snapshots   7 snapshots
//	only one family            6            36           252
//	spread widely              4            28           201
//	the rest                   1             7            50
//
// # What it cannot tell
//
// The exact test takes the snapshots to be independent but for the trend. From 11
// snapshots on that is needed less: the correlation of neighbors is estimated, and the
// test made stricter by it; or, if that tells more, it is the steps from one snapshot
// to the next of which nearly all have to go up. With fewer snapshots neither tells
// enough, and the [Confidence] is lower. In simulations of single series, of those that
// keep half of the distance from their level from one snapshot to the next, 2 in 100
// were taken for leaks after 5 snapshots, 1 after 6, and 1 in 1000 after 10 or 20. Of
// those that keep more than that, as sessions that last for 10 or 20 snapshots, up to 4
// in 100 were after 5, and up to 3 after 6 and after 20: they wander.
//
// The error rates are those of one look. Whoever looks after each snapshot, and believes
// the first verdict that there is a leak, is wrong more often: in simulations of 30
// snapshots of 50 series that neither fill nor are emptied in one watch of seven, in one
// of 40 if two looks in succession have to agree, and in one of 150 if it is three.
//
// What rises now and falls after the watch, as a cache that is emptied each hour, is the
// same as a leak until then, and so is a pool that fills evenly.
//
// A day's load on its rising side looks like a leak: nothing in the series itself tells
// them apart. Watch for longer than the rise, or give [Watch.Requests]. With the
// counter, goroutines that follow the rate of requests (load) are told from those that
// follow their sum (a leak). Close to saturation a queue grows faster than the rate
// does: that is still told as growing, until the rate goes down again.
//
// A leak on a stack that also has bursts, or in a cache that is emptied, is hidden by
// the falls; one of a few goroutines an hour on a stack with many is hidden by the
// floor until it has grown past that. These err towards silence.
package trend
