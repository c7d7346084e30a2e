// Package poolmisuse finds objects of a [sync.Pool] that are used after they were
// put back, or that are put back wrongly.
//
// # The incident
//
// Two requests are served at the same time. The first renders its answer into a
// pooled buffer, puts the buffer back, and writes the bytes it still holds to its
// connection. The second takes the same buffer and renders its own answer over
// them. One customer receives the other's data. Nothing crashes, the race detector
// sees it only if a test hits the moment, and the code looks tidy: there is a
// deferred Put.
//
//	func render(v any) ([]byte, error) {
//		buf := bufPool.Get().(*bytes.Buffer)
//		defer bufPool.Put(buf)
//		buf.Reset()
//		if err := json.NewEncoder(buf).Encode(v); err != nil {
//			return nil, err
//		}
//		return buf.Bytes(), nil // the memory goes back into the pool
//	}
//
// # What it costs in production
//
// Use after Put, double Put and objects that escape corrupt data: responses mixed
// between users, images and checksums that do not match, rarely and under load
// only. A wrong type and a missing New panic when the garbage collector has
// emptied the pool, which is never in a test. A forgotten Put costs no
// correctness, but the pool does not do what it is there for: the path that
// forgets allocates each time. Objects that are put back while they refer to a
// request, or grown to the size of the largest request, keep that memory.
//
// # What is reported
//
// Objects are followed from Get, or from where a function got what it puts back,
// along each path of the function: through variables, fields, function literals
// that are called or deferred, method values, and functions of any package of the
// code base that take, put or return them (getBuf, putBuf, Acquire and Release,
// generic pools). The pools of fasthttp, fiber, bytebufferpool, fastjson, bpool,
// zap's buffers and json-iterator are known. Branches are taken together only if
// they can be: what is put back if a flag is set is not used where it is not.
//
// use-after-put (high confidence): the object, or memory that belongs to it, is
// read, written, passed on or returned after Put, a deferred Put included. Such
// memory is what Bytes, Next, Peek and the like return, slices of it, slices that
// were appended to, the slice behind a pooled *[]byte, strings made of it without
// copying (package unsafe, fiber's utils, a function of one's own that does so),
// readers and writers over it, structs that hold it.
//
// Wrong:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	func render(v any) ([]byte, error) {
//		buf := bufPool.Get().(*bytes.Buffer)
//		defer bufPool.Put(buf)
//		buf.Reset()
//		if _, err := fmt.Fprint(buf, v); err != nil {
//			return nil, err
//		}
//		return buf.Bytes(), nil
//	}
//
// Right:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	func render(v any) ([]byte, error) {
//		buf := bufPool.Get().(*bytes.Buffer)
//		defer bufPool.Put(buf)
//		buf.Reset()
//		if _, err := fmt.Fprint(buf, v); err != nil {
//			return nil, err
//		}
//		return bytes.Clone(buf.Bytes()), nil
//	}
//
// A fix is suggested where the bytes are returned and the file imports package
// bytes.
//
// double-put (high): two Puts of one object on a path, as a deferred one and one
// before an early return.
//
// Wrong:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	func send(w io.Writer, p []byte) error {
//		buf := bufPool.Get().(*bytes.Buffer)
//		defer bufPool.Put(buf)
//		buf.Reset()
//		if len(p) == 0 {
//			bufPool.Put(buf)
//			return io.ErrShortWrite
//		}
//		buf.Write(p)
//		_, err := buf.WriteTo(w)
//		return err
//	}
//
// Right:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	func send(w io.Writer, p []byte) error {
//		buf := bufPool.Get().(*bytes.Buffer)
//		defer bufPool.Put(buf)
//		buf.Reset()
//		if len(p) == 0 {
//			return io.ErrShortWrite
//		}
//		buf.Write(p)
//		_, err := buf.WriteTo(w)
//		return err
//	}
//
// escapes (high): the object, or its memory, is put back while a goroutine that
// was started with it, the receiver of a channel it was sent on, or a package
// variable still has it. Whoever waits in between (a receive, a Wait) is taken to
// wait for that goroutine, so that case is silent; the channels of timers and of
// a context's Done do not count, so a timeout that gives up waiting is reported.
//
// Wrong:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	func log(w io.Writer, line string) {
//		buf := bufPool.Get().(*bytes.Buffer)
//		buf.Reset()
//		buf.WriteString(line)
//		go w.Write(buf.Bytes())
//		bufPool.Put(buf)
//	}
//
// Right:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	func log(w io.Writer, line string) {
//		buf := bufPool.Get().(*bytes.Buffer)
//		buf.Reset()
//		buf.WriteString(line)
//		go func() {
//			w.Write(buf.Bytes())
//			bufPool.Put(buf)
//		}()
//	}
//
// wrong-type (high): what New makes, or what is put, fails the one-valued
// assertion on what Get returns.
//
// Wrong:
//
//	var rows = sync.Pool{New: func() any { return []string{} }}
//
//	func get() *[]string { return rows.Get().(*[]string) }
//
//	func put(r *[]string) {
//		clear(*r)
//		rows.Put(r)
//	}
//
// Right:
//
//	var rows = sync.Pool{New: func() any { return new([]string) }}
//
//	func get() *[]string { return rows.Get().(*[]string) }
//
//	func put(r *[]string) {
//		clear(*r)
//		rows.Put(r)
//	}
//
// missing-new (high): the pool has no New anywhere, and what Get returns is
// asserted without looking whether it is nil.
//
// Wrong:
//
//	type conn struct{ id int }
//
//	var conns sync.Pool
//
//	func get() *conn { return conns.Get().(*conn) }
//
//	func put(c *conn) { conns.Put(c) }
//
// Right:
//
//	type conn struct{ id int }
//
//	var conns sync.Pool
//
//	func get() *conn {
//		c, ok := conns.Get().(*conn)
//		if !ok {
//			c = new(conn)
//		}
//		return c
//	}
//
//	func put(c *conn) { conns.Put(c) }
//
// never-put (medium): an unexported pool that objects are taken from and that
// nothing is put into.
//
// Wrong:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	func size(v any) int {
//		buf := bufPool.Get().(*bytes.Buffer)
//		fmt.Fprint(buf, v)
//		return buf.Len()
//	}
//
// Right:
//
//	func size(v any) int {
//		var buf bytes.Buffer
//		fmt.Fprint(&buf, v)
//		return buf.Len()
//	}
//
// get-without-put (medium): one path puts the object back and another, on which all
// goes well, returns without it. A path that fails does not count: see below.
//
// Wrong:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	func read(r io.Reader) (string, error) {
//		buf := bufPool.Get().(*bytes.Buffer)
//		buf.Reset()
//		n, err := io.CopyN(buf, r, 64)
//		if n == 0 {
//			return "", err
//		}
//		s := buf.String()
//		bufPool.Put(buf)
//		return s, nil
//	}
//
// Right:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	func read(r io.Reader) (string, error) {
//		buf := bufPool.Get().(*bytes.Buffer)
//		defer bufPool.Put(buf)
//		buf.Reset()
//		n, err := io.CopyN(buf, r, 64)
//		if n == 0 {
//			return "", err
//		}
//		return buf.String(), nil
//	}
//
// stale-field (medium): a field of an object from outside the function was set to
// the pooled object, or to memory of it, and still is when it is put back and the
// function returns, unless something failed on the way.
//
// Wrong:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	type client struct{ last []byte }
//
//	func (c *client) request(name string) {
//		buf := bufPool.Get().(*bytes.Buffer)
//		buf.Reset()
//		buf.WriteString(name)
//		c.last = buf.Bytes()
//		bufPool.Put(buf)
//	}
//
// Right:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	type client struct{ last string }
//
//	func (c *client) request(name string) {
//		buf := bufPool.Get().(*bytes.Buffer)
//		buf.Reset()
//		buf.WriteString(name)
//		c.last = buf.String()
//		bufPool.Put(buf)
//	}
//
// close-twice (medium): a Close method puts back a field of its receiver, leaves
// it set, and looks at nothing else first: no closed flag, no sync.Once, no
// atomic. Callers of an io.Closer do close twice (a defer, and an explicit Close
// to see the error). A Close that returns no error is not reported.
//
// Wrong:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	type body struct{ buf *bytes.Buffer }
//
//	func (b *body) Close() error {
//		bufPool.Put(b.buf)
//		return nil
//	}
//
// Right:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	type body struct{ buf *bytes.Buffer }
//
//	func (b *body) Close() error {
//		if b.buf != nil {
//			bufPool.Put(b.buf)
//			b.buf = nil
//		}
//		return nil
//	}
//
// never-reset (high): a function takes a bytes.Buffer, fills it, and puts it back,
// and empties it at neither end: the next user appends to another request's data.
//
// Wrong:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	func key(user, item string) string {
//		buf := bufPool.Get().(*bytes.Buffer)
//		defer bufPool.Put(buf)
//		fmt.Fprintf(buf, "%s/%s", user, item)
//		return buf.String()
//	}
//
// Right:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	func key(user, item string) string {
//		buf := bufPool.Get().(*bytes.Buffer)
//		defer bufPool.Put(buf)
//		buf.Reset()
//		fmt.Fprintf(buf, "%s/%s", user, item)
//		return buf.String()
//	}
//
// dirty-put (medium): a reader or writer of package bufio, or a zstd decoder, goes
// back still reset to the connection or body that it was used for. Resetting these
// to nil costs nothing. Compressors are not reported: they clear tables when they
// are reset, and what they hold lives no longer than to their next use or two
// garbage collections. There is a fix.
//
// Wrong:
//
//	var readers = sync.Pool{New: func() any { return bufio.NewReader(nil) }}
//
//	func firstLine(conn io.Reader) (string, error) {
//		br := readers.Get().(*bufio.Reader)
//		defer readers.Put(br)
//		br.Reset(conn)
//		return br.ReadString('\n')
//	}
//
// Right:
//
//	var readers = sync.Pool{New: func() any { return bufio.NewReader(nil) }}
//
//	func firstLine(conn io.Reader) (string, error) {
//		br := readers.Get().(*bufio.Reader)
//		defer func() {
//			br.Reset(nil)
//			readers.Put(br)
//		}()
//		br.Reset(conn)
//		return br.ReadString('\n')
//	}
//
// early-arg (medium): the argument of a deferred Put is evaluated where it is
// deferred, and append may make another slice of it later; or it is nil yet. The
// fix defers a function literal.
//
// Wrong:
//
//	var frames = sync.Pool{New: func() any { return make([]int, 0, 512) }}
//
//	func count(in []int) int {
//		b := frames.Get().([]int)[:0]
//		defer frames.Put(b)
//		for _, x := range in {
//			b = append(b, x)
//		}
//		return len(b)
//	}
//
// Right:
//
//	var frames = sync.Pool{New: func() any { return new([]int) }}
//
//	func count(in []int) int {
//		p := frames.Get().(*[]int)
//		b := (*p)[:0]
//		for _, x := range in {
//			b = append(b, x)
//		}
//		n := len(b)
//		*p = b
//		frames.Put(p)
//		return n
//	}
//
// non-pointer (medium): a string, a struct, a number or a small slice is put by
// value. Put takes an interface, and boxing the value allocates each time, as much
// as the pool spares. A slice's box is its header, 24 bytes: slices are reported
// where New makes them, of at most 128 bytes, and not where what is pooled is much
// larger than the box, or of a size that New does not tell. staticcheck's SA6002
// reports those too; a Put whose line has a comment that silences it
// (nolint:staticcheck, lint:ignore SA6002 on the line before) was decided on.
// Pools of this kind are reported once.
//
// Wrong:
//
//	var frames = sync.Pool{New: func() any { return make([]byte, 64) }}
//
//	func read(r io.Reader) (int, error) {
//		b := frames.Get().([]byte)
//		n, err := r.Read(b)
//		frames.Put(b)
//		return n, err
//	}
//
// Right:
//
//	var frames = sync.Pool{New: func() any { return new([64]byte) }}
//
//	func read(r io.Reader) (int, error) {
//		b := frames.Get().(*[64]byte)
//		n, err := r.Read(b[:])
//		frames.Put(b)
//		return n, err
//	}
//
// dropped (medium): one path sends, stores or returns the object, which others put
// back later, and another path forgets it. Here, too, a path that fails does not
// count.
//
// Wrong:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	func receive(r io.Reader, queue chan<- *bytes.Buffer) error {
//		for {
//			buf := bufPool.Get().(*bytes.Buffer)
//			buf.Reset()
//			if _, err := io.CopyN(buf, r, 64); err != nil {
//				return err
//			}
//			select {
//			case queue <- buf:
//			default: // the queue is full
//			}
//		}
//	}
//
//	func done(buf *bytes.Buffer) { bufPool.Put(buf) }
//
// Right:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	func receive(r io.Reader, queue chan<- *bytes.Buffer) error {
//		for {
//			buf := bufPool.Get().(*bytes.Buffer)
//			buf.Reset()
//			if _, err := io.CopyN(buf, r, 64); err != nil {
//				return err
//			}
//			select {
//			case queue <- buf:
//			default: // the queue is full
//				bufPool.Put(buf)
//			}
//		}
//	}
//
//	func done(buf *bytes.Buffer) { bufPool.Put(buf) }
//
// lost-on-error (low): a function releases what it acquired from a library that
// asks for that (the Acquire functions of fasthttp and fiber, the Borrow methods
// of json-iterator), but not on a path that fails. These objects are large, and
// where requests fail, as they do when what they ask is down, each of them
// allocates anew.
//
// uncleared (low): a slice whose elements have pointers is put back, and the
// function neither clears it nor writes over its elements. The pool keeps what
// they point to until it is emptied. Elements that are there to be used again are
// not reported: slices, and those of a type of whose slices the package lengthens
// one within its capacity (list[:n+1]). Nor are those that the function gives to
// another before, as to a pool of their own. What a wrapper for one type of slice is
// given is that wrapper's to clear.
//
// Wrong:
//
//	var rows = sync.Pool{New: func() any { return new([]string) }}
//
//	func join(in []string) string {
//		p := rows.Get().(*[]string)
//		*p = append((*p)[:0], in...)
//		s := strings.Join(*p, ",")
//		rows.Put(p)
//		return s
//	}
//
// Right:
//
//	var rows = sync.Pool{New: func() any { return new([]string) }}
//
//	func join(in []string) string {
//		p := rows.Get().(*[]string)
//		*p = append((*p)[:0], in...)
//		s := strings.Join(*p, ",")
//		clear(*p)
//		rows.Put(p)
//		return s
//	}
//
// unbounded (low): buffers of bytes that take in a stream, an encoding, or what a
// loop writes, are put back without a look at their capacity. See
// https://go.dev/issue/23199.
//
// Wrong:
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	func forward(w io.Writer, r io.Reader) error {
//		buf := bufPool.Get().(*bytes.Buffer)
//		defer bufPool.Put(buf)
//		buf.Reset()
//		if _, err := buf.ReadFrom(r); err != nil {
//			return err
//		}
//		_, err := buf.WriteTo(w)
//		return err
//	}
//
// Right:
//
//	const maxPooled = 64 << 10
//
//	var bufPool = sync.Pool{New: func() any { return new(bytes.Buffer) }}
//
//	func forward(w io.Writer, r io.Reader) error {
//		buf := bufPool.Get().(*bytes.Buffer)
//		defer func() {
//			if buf.Cap() <= maxPooled {
//				bufPool.Put(buf)
//			}
//		}()
//		buf.Reset()
//		if _, err := buf.ReadFrom(r); err != nil {
//			return err
//		}
//		_, err := buf.WriteTo(w)
//		return err
//	}
//
// # Telling the rule more
//
// What the rule cannot see into (a pool in C, a free list of one's own) is told in
// gomend.yaml, or by -poolmisuse.models: functions that release what they are
// called on or given, and functions that take over what they are given.
//
// # What is not reported, and why
//
//   - Anything in test files. Tests of pools do on purpose what this rule is about.
//   - What was passed to code that is not known and came back: the result of a
//     function of another module, of an interface method, of a function value. A
//     function literal that puts the object back and is handed to such code ends
//     the path, since nobody knows when it runs.
//   - Memory behind a field of a pooled struct, unless the package empties that
//     field to fill it again (x.buf = x.buf[:0]). A slice that is taken out of the
//     struct, or that the function that puts it back replaces, belongs to who
//     loaded it.
//   - A Put that depends on a reference count, or on another number or flag that
//     the object carries: the caller may hold another reference.
//   - A missing Put on a path that fails, which costs one allocation each time that
//     something fails: the path ends with a panic, or with a call that ends the
//     process or the goroutine; it returns an error that is known not to be nil (one
//     that was tested, or made by errors.New, fmt.Errorf and functions like them, or
//     a package variable), or zero values and false; an error made it leave early,
//     in a function that returns nothing or a nil error; it returns after a receive
//     from a channel of struct{}, as a context's Done is. The end of the input,
//     io.EOF, is no failure, and a function that puts a description of the error
//     among its results has a result. Where a team's gomend.yaml says how the object
//     is released, paths that fail count.
//   - A missing Put where the Put itself is conditional and both ways end at the
//     same return, where the path was decided by the object's capacity (too small to
//     use, too large to keep) or by its being an empty slice, where the object was
//     passed to unknown code on the path that forgets it and that code is not seen
//     to leave it alone, and where no path puts it back or hands it on.
//   - Two values that the rule cannot tell to be one object: elements of a slice or
//     a map, save those of a slice at one constant index, objects in other objects'
//     fields after a method of those was called. An object of a list of which some
//     element was loaded is not said to be forgotten, as it may be that element.
//   - A missing Put where an interface's method or a function value was passed the
//     object, and it is put back only where that call failed, or as it reported true
//     or false: who is called may own it otherwise, and put it back.
//   - A field of a struct that others have, once the function has waited for them:
//     they may have let the object go.
//   - A pool whose address is passed around, or an exported one, for never-put and
//     missing-new: other code may set New, or put.
//   - Channels and stacks of one's own as free lists. They are not pools that the
//     garbage collector empties, and their users know when they take and give.
//
// A function that needs more than a few thousand steps to follow is given up in
// silence.
package poolmisuse
