package verify

import "context"

// Narrow returns which of n parts of a change have to be left out for all to be well: as
// few as can be found by bisection, in their order. Parts are in the order in which they
// can be applied: whatever is before a part may be needed by it. The function is asked
// whether the change is well with the parts for which keep is true, and is not asked with
// none of them, which has to be well.
//
// Of c parts that do harm and n in all, it is asked about c times the logarithm of n.
// Parts that do harm only together cost one of them: the last.
func Narrow(ctx context.Context, n int, well func(ctx context.Context, keep []bool) (bool, error)) (left []int, err error) {
	kept := make([]int, n) // the parts that are not left out yet
	for i := range kept {
		kept[i] = i
	}
	good := 0 // so many of these are known to be well together
	for {
		// Is all that is left well? If so there is no more to look for.
		ok, err := wellWith(ctx, well, n, kept)
		if err != nil {
			return nil, err
		}
		if ok {
			return left, nil
		}
		lo, hi := good, len(kept) // the first lo are well, the first hi are not
		for hi-lo > 1 {
			mid := (lo + hi) / 2
			ok, err := wellWith(ctx, well, n, kept[:mid])
			if err != nil {
				return nil, err
			}
			if ok {
				lo = mid
			} else {
				hi = mid
			}
		}
		left = append(left, kept[lo])
		kept = append(kept[:lo:lo], kept[hi:]...)
		good = lo
	}
}

// wellWith asks whether the change is well with the parts.
func wellWith(ctx context.Context, well func(context.Context, []bool) (bool, error), n int, parts []int) (bool, error) {
	if len(parts) == 0 {
		return true, nil
	}
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	keep := make([]bool, n)
	for _, i := range parts {
		keep[i] = true
	}
	return well(ctx, keep)
}
