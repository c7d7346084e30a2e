package cover

import (
	"slices"
	"sort"
	"strings"
)

// lineMap tells for each line of b which line of a it is: the first line is at index 0, and
// -1 stands for a line that is new or changed. Lines keep their order.
//
// Lines that stand once on each side hold the two together, as in the "patience" way to
// compare: a brace or a return alone must not be taken for that of another function.
func lineMap(a, b []string) []int {
	numbers := make(map[string]int)
	number := func(lines []string) []int {
		ids := make([]int, len(lines))
		for i, line := range lines {
			id, ok := numbers[line]
			if !ok {
				id = len(numbers)
				numbers[line] = id
			}
			ids[i] = id
		}
		return ids
	}
	m := mapper{number(a), number(b), make([]int, len(b))}
	for i := range m.was {
		m.was[i] = -1
	}
	m.match(0, len(a), 0, len(b))
	return m.was
}

// splitLines returns the lines of a file, each without its end.
func splitLines(content []byte) []string {
	lines := strings.Split(string(content), "\n")
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	return lines
}

// A mapper compares lines, which are numbers that are the same for the same text.
type mapper struct {
	a, b []int
	was  []int
}

// match compares lines [a0, a1) with [b0, b1).
func (m *mapper) match(a0, a1, b0, b1 int) {
	for a0 < a1 && b0 < b1 && m.a[a0] == m.b[b0] {
		m.was[b0] = a0
		a0, b0 = a0+1, b0+1
	}
	for a0 < a1 && b0 < b1 && m.a[a1-1] == m.b[b1-1] {
		a1, b1 = a1-1, b1-1
		m.was[b1] = a1
	}
	if a0 == a1 || b0 == b1 {
		return
	}
	anchors := m.anchors(a0, a1, b0, b1)
	if len(anchors) == 0 {
		m.common(a0, a1, b0, b1)
		return
	}
	for _, at := range anchors {
		m.match(a0, at[0], b0, at[1])
		m.was[at[1]] = at[0]
		a0, b0 = at[0]+1, at[1]+1
	}
	m.match(a0, a1, b0, b1)
}

// anchors returns the places of as many lines as are in the same order on both sides, of
// those that stand once on each.
func (m *mapper) anchors(a0, a1, b0, b1 int) [][2]int {
	const many = -1
	once := func(lines []int, from, to int) map[int]int {
		at := make(map[int]int)
		for i := from; i < to; i++ {
			if _, ok := at[lines[i]]; ok {
				at[lines[i]] = many
			} else {
				at[lines[i]] = i
			}
		}
		return at
	}
	inA, inB := once(m.a, a0, a1), once(m.b, b0, b1)
	var pairs [][2]int // in the order of b
	for j := b0; j < b1; j++ {
		if i, ok := inA[m.b[j]]; ok && i != many && inB[m.b[j]] != many {
			pairs = append(pairs, [2]int{i, j})
		}
	}
	return ascending(pairs)
}

// ascending returns the longest subsequence of the pairs whose first numbers ascend.
func ascending(pairs [][2]int) [][2]int {
	before := make([]int, len(pairs)) // in the subsequence that ends in a pair
	var ends []int                    // of the best subsequence of each length
	for i, p := range pairs {
		n := sort.Search(len(ends), func(n int) bool { return pairs[ends[n]][0] > p[0] })
		before[i] = -1
		if n > 0 {
			before[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		} else {
			ends[n] = i
		}
	}
	var longest [][2]int
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = before[i] {
			longest = append(longest, pairs[i])
		}
	}
	slices.Reverse(longest)
	return longest
}

// mostCompared bounds the effort for parts of files in which no line stands once, as in
// tables of numbers. Beyond, their lines count as changed.
const mostCompared = 1 << 22

// common matches the longest common subsequence of lines that all stand several times, or
// on one side only.
func (m *mapper) common(a0, a1, b0, b1 int) {
	width := b1 - b0 + 1
	if (a1-a0+1)*width > mostCompared {
		return
	}
	longest := make([]int32, (a1-a0+1)*width) // of what is left from a line of each side on
	at := func(i, j int) *int32 { return &longest[(i-a0)*width+j-b0] }
	for i := a1 - 1; i >= a0; i-- {
		for j := b1 - 1; j >= b0; j-- {
			if m.a[i] == m.b[j] {
				*at(i, j) = *at(i+1, j+1) + 1
			} else {
				*at(i, j) = max(*at(i+1, j), *at(i, j+1))
			}
		}
	}
	for i, j := a0, b0; i < a1 && j < b1; {
		switch {
		case m.a[i] == m.b[j]:
			m.was[j] = i
			i, j = i+1, j+1
		case *at(i+1, j) >= *at(i, j+1):
			i++
		default:
			j++
		}
	}
}
