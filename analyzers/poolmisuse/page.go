// Code generated from doc.go by go generate; DO NOT EDIT.

package poolmisuse

const page = "Package poolmisuse finds objects of a [sync.Pool](/sync#Pool) that are used after they were put back, or that are put back wrongly.\n" +
	"\n" +
	"## The incident\n" +
	"\n" +
	"Two requests are served at the same time. The first renders its answer into a pooled buffer, puts the buffer back, and writes the bytes it still holds to its connection. The second takes the same buffer and renders its own answer over them. One customer receives the other's data. Nothing crashes, the race detector sees it only if a test hits the moment, and the code looks tidy: there is a deferred Put.\n" +
	"\n" +
	"```go\n" +
	"func render(v any) ([]byte, error) {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tdefer bufPool.Put(buf)\n" +
	"\tbuf.Reset()\n" +
	"\tif err := json.NewEncoder(buf).Encode(v); err != nil {\n" +
	"\t\treturn nil, err\n" +
	"\t}\n" +
	"\treturn buf.Bytes(), nil // the memory goes back into the pool\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"## What it costs in production\n" +
	"\n" +
	"Use after Put, double Put and objects that escape corrupt data: responses mixed between users, images and checksums that do not match, rarely and under load only. A wrong type and a missing New panic when the garbage collector has emptied the pool, which is never in a test. A forgotten Put costs no correctness, but the pool does not do what it is there for: the path that forgets allocates each time. Objects that are put back while they refer to a request, or grown to the size of the largest request, keep that memory.\n" +
	"\n" +
	"## What is reported\n" +
	"\n" +
	"Objects are followed from Get, or from where a function got what it puts back, along each path of the function: through variables, fields, function literals that are called or deferred, method values, and functions of any package of the code base that take, put or return them (getBuf, putBuf, Acquire and Release, generic pools). The pools of fasthttp, fiber, bytebufferpool, fastjson, bpool, zap's buffers and json-iterator are known. Branches are taken together only if they can be: what is put back if a flag is set is not used where it is not.\n" +
	"\n" +
	"use-after-put (high confidence): the object, or memory that belongs to it, is read, written, passed on or returned after Put, a deferred Put included. Such memory is what Bytes, Next, Peek and the like return, slices of it, slices that were appended to, the slice behind a pooled \\*\\[]byte, strings made of it without copying (package unsafe, fiber's utils, a function of one's own that does so), readers and writers over it, structs that hold it.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"func render(v any) ([]byte, error) {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tdefer bufPool.Put(buf)\n" +
	"\tbuf.Reset()\n" +
	"\tif _, err := fmt.Fprint(buf, v); err != nil {\n" +
	"\t\treturn nil, err\n" +
	"\t}\n" +
	"\treturn buf.Bytes(), nil\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"func render(v any) ([]byte, error) {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tdefer bufPool.Put(buf)\n" +
	"\tbuf.Reset()\n" +
	"\tif _, err := fmt.Fprint(buf, v); err != nil {\n" +
	"\t\treturn nil, err\n" +
	"\t}\n" +
	"\treturn bytes.Clone(buf.Bytes()), nil\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"A fix is suggested where the bytes are returned and the file imports package bytes.\n" +
	"\n" +
	"double-put (high): two Puts of one object on a path, as a deferred one and one before an early return.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"func send(w io.Writer, p []byte) error {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tdefer bufPool.Put(buf)\n" +
	"\tbuf.Reset()\n" +
	"\tif len(p) == 0 {\n" +
	"\t\tbufPool.Put(buf)\n" +
	"\t\treturn io.ErrShortWrite\n" +
	"\t}\n" +
	"\tbuf.Write(p)\n" +
	"\t_, err := buf.WriteTo(w)\n" +
	"\treturn err\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"func send(w io.Writer, p []byte) error {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tdefer bufPool.Put(buf)\n" +
	"\tbuf.Reset()\n" +
	"\tif len(p) == 0 {\n" +
	"\t\treturn io.ErrShortWrite\n" +
	"\t}\n" +
	"\tbuf.Write(p)\n" +
	"\t_, err := buf.WriteTo(w)\n" +
	"\treturn err\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"escapes (high): the object, or its memory, is put back while a goroutine that was started with it, the receiver of a channel it was sent on, or a package variable still has it. Whoever waits in between (a receive, a Wait) is taken to wait for that goroutine, so that case is silent; the channels of timers and of a context's Done do not count, so a timeout that gives up waiting is reported.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"func log(w io.Writer, line string) {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tbuf.Reset()\n" +
	"\tbuf.WriteString(line)\n" +
	"\tgo w.Write(buf.Bytes())\n" +
	"\tbufPool.Put(buf)\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"func log(w io.Writer, line string) {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tbuf.Reset()\n" +
	"\tbuf.WriteString(line)\n" +
	"\tgo func() {\n" +
	"\t\tw.Write(buf.Bytes())\n" +
	"\t\tbufPool.Put(buf)\n" +
	"\t}()\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"wrong-type (high): what New makes, or what is put, fails the one-valued assertion on what Get returns.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"var rows = sync.Pool{New: func() any { return []string{} }}\n" +
	"\n" +
	"func get() *[]string { return rows.Get().(*[]string) }\n" +
	"\n" +
	"func put(r *[]string) {\n" +
	"\tclear(*r)\n" +
	"\trows.Put(r)\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"var rows = sync.Pool{New: func() any { return new([]string) }}\n" +
	"\n" +
	"func get() *[]string { return rows.Get().(*[]string) }\n" +
	"\n" +
	"func put(r *[]string) {\n" +
	"\tclear(*r)\n" +
	"\trows.Put(r)\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"missing-new (high): the pool has no New anywhere, and what Get returns is asserted without looking whether it is nil.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"type conn struct{ id int }\n" +
	"\n" +
	"var conns sync.Pool\n" +
	"\n" +
	"func get() *conn { return conns.Get().(*conn) }\n" +
	"\n" +
	"func put(c *conn) { conns.Put(c) }\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"type conn struct{ id int }\n" +
	"\n" +
	"var conns sync.Pool\n" +
	"\n" +
	"func get() *conn {\n" +
	"\tc, ok := conns.Get().(*conn)\n" +
	"\tif !ok {\n" +
	"\t\tc = new(conn)\n" +
	"\t}\n" +
	"\treturn c\n" +
	"}\n" +
	"\n" +
	"func put(c *conn) { conns.Put(c) }\n" +
	"```\n" +
	"\n" +
	"never-put (medium): an unexported pool that objects are taken from and that nothing is put into.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"func size(v any) int {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tfmt.Fprint(buf, v)\n" +
	"\treturn buf.Len()\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"func size(v any) int {\n" +
	"\tvar buf bytes.Buffer\n" +
	"\tfmt.Fprint(&buf, v)\n" +
	"\treturn buf.Len()\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"get-without-put (medium): one path puts the object back and another, on which all goes well, returns without it. A path that fails does not count: see below.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"func read(r io.Reader) (string, error) {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tbuf.Reset()\n" +
	"\tn, err := io.CopyN(buf, r, 64)\n" +
	"\tif n == 0 {\n" +
	"\t\treturn \"\", err\n" +
	"\t}\n" +
	"\ts := buf.String()\n" +
	"\tbufPool.Put(buf)\n" +
	"\treturn s, nil\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"func read(r io.Reader) (string, error) {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tdefer bufPool.Put(buf)\n" +
	"\tbuf.Reset()\n" +
	"\tn, err := io.CopyN(buf, r, 64)\n" +
	"\tif n == 0 {\n" +
	"\t\treturn \"\", err\n" +
	"\t}\n" +
	"\treturn buf.String(), nil\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"stale-field (medium): a field of an object from outside the function was set to the pooled object, or to memory of it, and still is when it is put back and the function returns, unless something failed on the way.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"type client struct{ last []byte }\n" +
	"\n" +
	"func (c *client) request(name string) {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tbuf.Reset()\n" +
	"\tbuf.WriteString(name)\n" +
	"\tc.last = buf.Bytes()\n" +
	"\tbufPool.Put(buf)\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"type client struct{ last string }\n" +
	"\n" +
	"func (c *client) request(name string) {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tbuf.Reset()\n" +
	"\tbuf.WriteString(name)\n" +
	"\tc.last = buf.String()\n" +
	"\tbufPool.Put(buf)\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"close-twice (medium): a Close method puts back a field of its receiver, leaves it set, and looks at nothing else first: no closed flag, no sync.Once, no atomic. Callers of an io.Closer do close twice (a defer, and an explicit Close to see the error). A Close that returns no error is not reported.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"type body struct{ buf *bytes.Buffer }\n" +
	"\n" +
	"func (b *body) Close() error {\n" +
	"\tbufPool.Put(b.buf)\n" +
	"\treturn nil\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"type body struct{ buf *bytes.Buffer }\n" +
	"\n" +
	"func (b *body) Close() error {\n" +
	"\tif b.buf != nil {\n" +
	"\t\tbufPool.Put(b.buf)\n" +
	"\t\tb.buf = nil\n" +
	"\t}\n" +
	"\treturn nil\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"never-reset (high): a function takes a bytes.Buffer, fills it, and puts it back, and empties it at neither end: the next user appends to another request's data.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"func key(user, item string) string {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tdefer bufPool.Put(buf)\n" +
	"\tfmt.Fprintf(buf, \"%s/%s\", user, item)\n" +
	"\treturn buf.String()\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"func key(user, item string) string {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tdefer bufPool.Put(buf)\n" +
	"\tbuf.Reset()\n" +
	"\tfmt.Fprintf(buf, \"%s/%s\", user, item)\n" +
	"\treturn buf.String()\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"dirty-put (medium): a reader or writer of package bufio, or a zstd decoder, goes back still reset to the connection or body that it was used for. Resetting these to nil costs nothing. Compressors are not reported: they clear tables when they are reset, and what they hold lives no longer than to their next use or two garbage collections. There is a fix.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"var readers = sync.Pool{New: func() any { return bufio.NewReader(nil) }}\n" +
	"\n" +
	"func firstLine(conn io.Reader) (string, error) {\n" +
	"\tbr := readers.Get().(*bufio.Reader)\n" +
	"\tdefer readers.Put(br)\n" +
	"\tbr.Reset(conn)\n" +
	"\treturn br.ReadString('\\n')\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"var readers = sync.Pool{New: func() any { return bufio.NewReader(nil) }}\n" +
	"\n" +
	"func firstLine(conn io.Reader) (string, error) {\n" +
	"\tbr := readers.Get().(*bufio.Reader)\n" +
	"\tdefer func() {\n" +
	"\t\tbr.Reset(nil)\n" +
	"\t\treaders.Put(br)\n" +
	"\t}()\n" +
	"\tbr.Reset(conn)\n" +
	"\treturn br.ReadString('\\n')\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"early-arg (medium): the argument of a deferred Put is evaluated where it is deferred, and append may make another slice of it later; or it is nil yet. The fix defers a function literal.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"var frames = sync.Pool{New: func() any { return make([]int, 0, 512) }}\n" +
	"\n" +
	"func count(in []int) int {\n" +
	"\tb := frames.Get().([]int)[:0]\n" +
	"\tdefer frames.Put(b)\n" +
	"\tfor _, x := range in {\n" +
	"\t\tb = append(b, x)\n" +
	"\t}\n" +
	"\treturn len(b)\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"var frames = sync.Pool{New: func() any { return new([]int) }}\n" +
	"\n" +
	"func count(in []int) int {\n" +
	"\tp := frames.Get().(*[]int)\n" +
	"\tb := (*p)[:0]\n" +
	"\tfor _, x := range in {\n" +
	"\t\tb = append(b, x)\n" +
	"\t}\n" +
	"\tn := len(b)\n" +
	"\t*p = b\n" +
	"\tframes.Put(p)\n" +
	"\treturn n\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"non-pointer (medium): a string, a struct, a number or a small slice is put by value. Put takes an interface, and boxing the value allocates each time, as much as the pool spares. A slice's box is its header, 24 bytes: slices are reported where New makes them, of at most 128 bytes, and not where what is pooled is much larger than the box, or of a size that New does not tell. staticcheck's SA6002 reports those too; a Put whose line has a comment that silences it (nolint:staticcheck, lint:ignore SA6002 on the line before) was decided on. Pools of this kind are reported once.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"var frames = sync.Pool{New: func() any { return make([]byte, 64) }}\n" +
	"\n" +
	"func read(r io.Reader) (int, error) {\n" +
	"\tb := frames.Get().([]byte)\n" +
	"\tn, err := r.Read(b)\n" +
	"\tframes.Put(b)\n" +
	"\treturn n, err\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"var frames = sync.Pool{New: func() any { return new([64]byte) }}\n" +
	"\n" +
	"func read(r io.Reader) (int, error) {\n" +
	"\tb := frames.Get().(*[64]byte)\n" +
	"\tn, err := r.Read(b[:])\n" +
	"\tframes.Put(b)\n" +
	"\treturn n, err\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"dropped (medium): one path sends, stores or returns the object, which others put back later, and another path forgets it. Here, too, a path that fails does not count.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"func receive(r io.Reader, queue chan<- *bytes.Buffer) error {\n" +
	"\tfor {\n" +
	"\t\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\t\tbuf.Reset()\n" +
	"\t\tif _, err := io.CopyN(buf, r, 64); err != nil {\n" +
	"\t\t\treturn err\n" +
	"\t\t}\n" +
	"\t\tselect {\n" +
	"\t\tcase queue <- buf:\n" +
	"\t\tdefault: // the queue is full\n" +
	"\t\t}\n" +
	"\t}\n" +
	"}\n" +
	"\n" +
	"func done(buf *bytes.Buffer) { bufPool.Put(buf) }\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"func receive(r io.Reader, queue chan<- *bytes.Buffer) error {\n" +
	"\tfor {\n" +
	"\t\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\t\tbuf.Reset()\n" +
	"\t\tif _, err := io.CopyN(buf, r, 64); err != nil {\n" +
	"\t\t\treturn err\n" +
	"\t\t}\n" +
	"\t\tselect {\n" +
	"\t\tcase queue <- buf:\n" +
	"\t\tdefault: // the queue is full\n" +
	"\t\t\tbufPool.Put(buf)\n" +
	"\t\t}\n" +
	"\t}\n" +
	"}\n" +
	"\n" +
	"func done(buf *bytes.Buffer) { bufPool.Put(buf) }\n" +
	"```\n" +
	"\n" +
	"lost-on-error (low): a function releases what it acquired from a library that asks for that (the Acquire functions of fasthttp and fiber, the Borrow methods of json-iterator), but not on a path that fails. These objects are large, and where requests fail, as they do when what they ask is down, each of them allocates anew.\n" +
	"\n" +
	"uncleared (low): a slice whose elements have pointers is put back, and the function neither clears it nor writes over its elements. The pool keeps what they point to until it is emptied. Elements that are there to be used again are not reported: slices, and those of a type of whose slices the package lengthens one within its capacity (list\\[:n+1]). Nor are those that the function gives to another before, as to a pool of their own. What a wrapper for one type of slice is given is that wrapper's to clear.\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"var rows = sync.Pool{New: func() any { return new([]string) }}\n" +
	"\n" +
	"func join(in []string) string {\n" +
	"\tp := rows.Get().(*[]string)\n" +
	"\t*p = append((*p)[:0], in...)\n" +
	"\ts := strings.Join(*p, \",\")\n" +
	"\trows.Put(p)\n" +
	"\treturn s\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"var rows = sync.Pool{New: func() any { return new([]string) }}\n" +
	"\n" +
	"func join(in []string) string {\n" +
	"\tp := rows.Get().(*[]string)\n" +
	"\t*p = append((*p)[:0], in...)\n" +
	"\ts := strings.Join(*p, \",\")\n" +
	"\tclear(*p)\n" +
	"\trows.Put(p)\n" +
	"\treturn s\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"unbounded (low): buffers of bytes that take in a stream, an encoding, or what a loop writes, are put back without a look at their capacity. See [https://go.dev/issue/23199](https://go.dev/issue/23199).\n" +
	"\n" +
	"Wrong:\n" +
	"\n" +
	"```go\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"func forward(w io.Writer, r io.Reader) error {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tdefer bufPool.Put(buf)\n" +
	"\tbuf.Reset()\n" +
	"\tif _, err := buf.ReadFrom(r); err != nil {\n" +
	"\t\treturn err\n" +
	"\t}\n" +
	"\t_, err := buf.WriteTo(w)\n" +
	"\treturn err\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"Right:\n" +
	"\n" +
	"```go\n" +
	"const maxPooled = 64 << 10\n" +
	"\n" +
	"var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}\n" +
	"\n" +
	"func forward(w io.Writer, r io.Reader) error {\n" +
	"\tbuf := bufPool.Get().(*bytes.Buffer)\n" +
	"\tdefer func() {\n" +
	"\t\tif buf.Cap() <= maxPooled {\n" +
	"\t\t\tbufPool.Put(buf)\n" +
	"\t\t}\n" +
	"\t}()\n" +
	"\tbuf.Reset()\n" +
	"\tif _, err := buf.ReadFrom(r); err != nil {\n" +
	"\t\treturn err\n" +
	"\t}\n" +
	"\t_, err := buf.WriteTo(w)\n" +
	"\treturn err\n" +
	"}\n" +
	"```\n" +
	"\n" +
	"## Telling the rule more\n" +
	"\n" +
	"What the rule cannot see into (a pool in C, a free list of one's own) is told in gomend.yaml, or by -poolmisuse.models: functions that release what they are called on or given, and functions that take over what they are given.\n" +
	"\n" +
	"## What is not reported, and why\n" +
	"\n" +
	"  - Anything in test files. Tests of pools do on purpose what this rule is about.\n" +
	"  - What was passed to code that is not known and came back: the result of a function of another module, of an interface method, of a function value. A function literal that puts the object back and is handed to such code ends the path, since nobody knows when it runs.\n" +
	"  - Memory behind a field of a pooled struct, unless the package empties that field to fill it again (x.buf = x.buf\\[:0]). A slice that is taken out of the struct, or that the function that puts it back replaces, belongs to who loaded it.\n" +
	"  - A Put that depends on a reference count, or on another number or flag that the object carries: the caller may hold another reference.\n" +
	"  - A missing Put on a path that fails, which costs one allocation each time that something fails: the path ends with a panic, or with a call that ends the process or the goroutine; it returns an error that is known not to be nil (one that was tested, or made by errors.New, fmt.Errorf and functions like them, or a package variable), or zero values and false; an error made it leave early, in a function that returns nothing or a nil error; it returns after a receive from a channel of struct{}, as a context's Done is. The end of the input, io.EOF, is no failure, and a function that puts a description of the error among its results has a result. Where a team's gomend.yaml says how the object is released, paths that fail count.\n" +
	"  - A missing Put where the Put itself is conditional and both ways end at the same return, where the path was decided by the object's capacity (too small to use, too large to keep) or by its being an empty slice, where the object was passed to unknown code on the path that forgets it and that code is not seen to leave it alone, and where no path puts it back or hands it on.\n" +
	"  - Two values that the rule cannot tell to be one object: elements of a slice or a map, save those of a slice at one constant index, objects in other objects' fields after a method of those was called. An object of a list of which some element was loaded is not said to be forgotten, as it may be that element.\n" +
	"  - A missing Put where an interface's method or a function value was passed the object, and it is put back only where that call failed, or as it reported true or false: who is called may own it otherwise, and put it back.\n" +
	"  - A field of a struct that others have, once the function has waited for them: they may have let the object go.\n" +
	"  - A pool whose address is passed around, or an exported one, for never-put and missing-new: other code may set New, or put.\n" +
	"  - Channels and stacks of one's own as free lists. They are not pools that the garbage collector empties, and their users know when they take and give.\n" +
	"\n" +
	"A function that needs more than a few thousand steps to follow is given up in silence.\n"
