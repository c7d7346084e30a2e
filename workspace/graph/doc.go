// Package graph tells how the modules and the packages of a code base depend on
// each other: cycles, layers, fan-in, why one depends on another, and which
// dependencies break a rule.
//
// [Modules] and [Packages] make a [Graph]. Each edge says of which kinds the
// dependency is: imports that are built into what ships, imports of tests, require
// lines of go.mod files. The methods of a graph look at all of its edges, so most
// questions begin with [Graph.Only]:
//
//	g.Only(graph.Build).Layers()    // the layers of what ships
//	g.Only(graph.Require).Cycles()  // modules that can't be released one by one
//	g.Only(graph.Build, graph.Test, graph.XTest).Dependents(n) // what to test after a change of n
//
// # Imports of tests
//
// The tests of a package are not part of it for those that import it. So an edge
// that stands for imports of tests alone can begin a path, and is nowhere else on
// it: the dependents of a package are those that reach it by edges of other kinds,
// and those whose tests import it or one of these. [Graph.Why], [Graph.Between],
// [Graph.Dependents], [Graph.Dependencies] and [Graph.Fans] go by that;
// [Graph.Cycles] and [Graph.Layers] take every edge alike. The import by which an
// external test gets at the package that it tests is no edge.
//
// # Cycles
//
// The go command allows no cycle of packages that import each other. What Only(Build)
// leaves has one only in code that can't be built. With the imports of tests there
// are many, and they are legal: the tests of a package import one that imports it.
//
// Modules may require each other in a cycle, and many do, because of such tests or
// because their packages lie across. A cycle of require lines has a price: no
// version of one module can be released with requirements that name the newest
// versions of all.
//
// # Files that were not looked at
//
// The imports are those of one platform and one set of build tags, as the
// [workspace.Selection] has them. A require line of which no import is known may
// serve files of other platforms, a tool line, or modules that could not be loaded.
package graph
