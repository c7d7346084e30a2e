// Package bench measures what a change does to the benchmarks of a code base of one or many
// modules.
//
// [Since] builds the test binary of each package that the change can reach, once for the base
// and once for the head, and runs each benchmark by itself, in processes of its own:
//
//   - Allocations, exactly. With one processor, without garbage collection and with every
//     allocation profiled, what an iteration allocates is the same in run after run. It is the
//     slope between runs of one, two and three times as many iterations, so that setting up
//     does not count. Where both slopes of a side differ by more than setting up can make, what
//     a function allocates is not in proportion to iterations, or not the same each time: it is
//     left out, and told, unless all of the head is above all of the base.
//   - CPU time, with statistics. Runs of a fixed number of iterations alternate between the
//     sides. An operation's time is that of the CPU profile rather than the clock's, which on
//     a loaded machine varies far more.
//
// Both are told by function, in the way of package compare: what the standard library and
// dependencies do for a function of the code base is its own. Where both sides' binaries are
// the same, there is nothing to measure.
package bench
