// Code generated from doc.go by go generate; DO NOT EDIT.

package deadlock

const page = "Package deadlock finds locks that goroutines can wait for for ever.\n" +
	"\n" +
	"## The incident\n" +
	"\n" +
	"A method takes its lock and calls another method of the same object, which takes it too. No test calls the second under the first; the one path that does is taken when a configuration is reloaded. From then on every request waits for a lock whose holder waits for itself, the service answers nothing, and its health check, which takes no lock, says that all is well.\n" +
	"\n" +
	"## How it looks\n" +
	"\n" +
	"The rule follows what each function does to locks: which it holds where, which it leaves held or releases for its caller, and which its callees take, in the package and, by facts, in other packages of the workspace. Two locks are one if they are reached by the same way from the same object; two objects of one type are not one lock. Deferred unlocks, functions that unlock for their caller, embedded mutexes, read locks, the lock of a condition variable, TryLock and sync.Once are known.\n" +
	"\n" +
	"## What is reported\n" +
	"\n" +
	"  - double-lock: a lock that is taken again, directly or in a callee, by the goroutine that holds it, without a branch between.\n" +
	"  - upgrade: the same where the lock is held for reading and asked for with Lock.\n" +
	"  - double-lock-likely: the same as these two where a branch leads to it. To lock again hangs whenever it comes to that, so that what is left in code that runs is mostly prevented by something that the rule does not see: reported with medium confidence. double-lock-possible, with low confidence, is the same by the way of a call that can mean several functions, or functions of other packages too, or by the way of more than three calls.\n" +
	"  - rlock-reentry: RLock while the same goroutine holds the read lock. It waits for ever if another goroutine calls Lock in between; it is reported if the package does so somewhere.\n" +
	"  - once-reentry: Do inside the function that the same sync.Once runs.\n" +
	"  - missing-unlock: a way out of the function, or round the loop, on which a lock stays held, and nothing else in the package would release it. What a function releases on no way it keeps on purpose.\n" +
	"  - lock-order: two places take the same two locks in opposite orders, and no third lock keeps them apart. In each place one of the locks is reached from the object that has the other. lock-order-likely is the same where one of the objects is an element of the other or calls back into it, if it is less sure of which; lock-order-possible where a call can mean several functions.\n" +
	"  - lock-across-wait: a lock is held while waiting for a channel or a WaitGroup, and each goroutine of the package that could end the wait holds the same lock at that point or takes it before. wait-under-lock is the same where it is less sure: the lock may be another object's, the channel has a buffer, nothing ends the wait at all, or a Cond is waited for with a second lock held that all who signal it need.\n" +
	"  - blocks-under-lock: a lock is held while a function is called, directly or in a callee, of which gomend.yaml says by blocks that it may block for ever.\n" +
	"  - unlock-of-unlocked: an Unlock of a lock that was released before on every path, or that was taken by RLock.\n" +
	"\n" +
	"A finding stands at the operation that waits, also where that is in a callee; the lock that is held and the calls that lead from it to the operation are related to it. If the operation is in another package, it stands at the call of that package.\n" +
	"\n" +
	"## What is not reported, and why\n" +
	"\n" +
	"A function that returns with a lock held on every path is taken to mean it, and its callers are looked at instead; so is one whose result, true or false, tells whether it returns with an exported lock. A lock that is taken and released under the same condition is followed under that condition. Ways that end in a panic, in t.Fatal, in the end of the process, or in a function of which gomend.yaml says that it never returns, release nothing and are not reported. Where a lock is reached by a map, a slice or a call that the rule cannot see through, it is silent; where one is released that way, it may be any of its kind that is held. A lock that a test holds while the code under test takes it is not reported: the test may hold it to see that it is not asked for, or know that no writer comes. Orders and waits are not compared with those of tests, which hold locks to look while nothing else runs. A wait is left out if a call on the way to it can mean several functions. What a goroutine locks before it is added to a WaitGroup keeps nobody waiting, a buffer whose size is computed is taken to have room, and the lock of an object that was deleted from its map before is taken to be wanted by nobody else. Read locks that nobody takes for writing can be taken again. A function that would take too long to follow makes its callers doubt which locks they hold: that loses defects.\n" +
	"\n" +
	"## Wrong and right\n" +
	"\n" +
	"The callee takes the lock that its caller holds.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"type accounts struct {\n" +
	"\tmu      sync.Mutex\n" +
	"\tbalance map[string]int\n" +
	"}\n" +
	"\n" +
	"func (a *accounts) get(name string) int {\n" +
	"\ta.mu.Lock()\n" +
	"\tdefer a.mu.Unlock()\n" +
	"\treturn a.balance[name]\n" +
	"}\n" +
	"\n" +
	"func (a *accounts) double(name string) {\n" +
	"\ta.mu.Lock()\n" +
	"\tdefer a.mu.Unlock()\n" +
	"\ta.balance[name] = 2 * a.get(name)\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"What is called under the lock takes none, and says so by its name.\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"type accounts struct {\n" +
	"\tmu      sync.Mutex\n" +
	"\tbalance map[string]int\n" +
	"}\n" +
	"\n" +
	"func (a *accounts) get(name string) int {\n" +
	"\ta.mu.Lock()\n" +
	"\tdefer a.mu.Unlock()\n" +
	"\treturn a.getLocked(name)\n" +
	"}\n" +
	"\n" +
	"func (a *accounts) getLocked(name string) int { return a.balance[name] }\n" +
	"\n" +
	"func (a *accounts) double(name string) {\n" +
	"\ta.mu.Lock()\n" +
	"\tdefer a.mu.Unlock()\n" +
	"\ta.balance[name] = 2 * a.getLocked(name)\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"One way out keeps the lock.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"type queue struct {\n" +
	"\tmu    sync.Mutex\n" +
	"\titems []int\n" +
	"}\n" +
	"\n" +
	"func (q *queue) pop() (int, bool) {\n" +
	"\tq.mu.Lock()\n" +
	"\tif len(q.items) == 0 {\n" +
	"\t\treturn 0, false\n" +
	"\t}\n" +
	"\titem := q.items[0]\n" +
	"\tq.items = q.items[1:]\n" +
	"\tq.mu.Unlock()\n" +
	"\treturn item, true\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"type queue struct {\n" +
	"\tmu    sync.Mutex\n" +
	"\titems []int\n" +
	"}\n" +
	"\n" +
	"func (q *queue) pop() (int, bool) {\n" +
	"\tq.mu.Lock()\n" +
	"\tdefer q.mu.Unlock()\n" +
	"\tif len(q.items) == 0 {\n" +
	"\t\treturn 0, false\n" +
	"\t}\n" +
	"\titem := q.items[0]\n" +
	"\tq.items = q.items[1:]\n" +
	"\treturn item, true\n" +
	"}\n" +
	"```\n"
