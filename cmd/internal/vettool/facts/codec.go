package facts

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/objectpath"
)

// A file is the magic string, the number of sections, and the sections. A
// section is the package's path, the length of its body, and the body: a table
// of the names of fact types, then for each fact, sorted by path and type, the
// object path, the type's index in the table, and the encoded fact. Numbers are
// uvarints; strings and bytes carry their length in front.
const magic = "gomend facts 1\n"

// A section holds one package's facts, still encoded.
type section struct {
	pkgPath string
	body    []byte
}

// newSection returns the section of the given entries.
func newSection(pkgPath string, schema Schema, entries []*entry) section {
	slices.SortFunc(entries, func(a, b *entry) int {
		if c := strings.Compare(string(a.path), string(b.path)); c != 0 {
			return c
		}
		return strings.Compare(schema.names[a.t], schema.names[b.t])
	})
	var names []string
	for _, e := range entries {
		names = append(names, schema.names[e.t])
	}
	slices.Sort(names)
	names = slices.Compact(names)

	body := binary.AppendUvarint(nil, uint64(len(names)))
	for _, name := range names {
		body = appendBytes(body, name)
	}
	for _, e := range entries {
		index, _ := slices.BinarySearch(names, schema.names[e.t])
		body = appendBytes(body, string(e.path))
		body = binary.AppendUvarint(body, uint64(index))
		body = appendBytes(body, string(e.data))
	}
	return section{pkgPath, body}
}

// entries returns the section's facts. Those of types that the schema does not
// have are left out: they belong to no analyzer of this tool. The body has been
// checked by decodeSections.
func (sec section) entries(schema Schema) []*entry {
	r := reader{data: sec.body}
	table := make([]reflect.Type, r.count())
	for i := range table {
		table[i] = schema.byName[string(r.bytes())]
	}
	var list []*entry
	for len(r.data) > 0 {
		e := &entry{path: objectpath.Path(r.bytes())}
		index := r.uvarint()
		e.data = r.bytes()
		if e.t = table[index]; e.t != nil {
			list = append(list, e)
		}
	}
	return list
}

// check reports an error if the section's body is not well formed.
func (sec section) check() error {
	r := reader{data: sec.body}
	types := r.count()
	for range types {
		r.bytes()
	}
	for r.err == nil && len(r.data) > 0 {
		r.bytes()
		if index := r.uvarint(); index >= uint64(types) {
			r.fail()
		}
		r.bytes()
	}
	return r.err
}

func encodeSections(sections []section) []byte {
	data := binary.AppendUvarint([]byte(magic), uint64(len(sections)))
	for _, sec := range sections {
		data = appendBytes(data, sec.pkgPath)
		data = appendBytes(data, string(sec.body))
	}
	return data
}

func decodeSections(data []byte) ([]section, error) {
	if len(data) == 0 {
		return nil, nil
	}
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok {
		return nil, errors.New("the file was not written by this version of the tool")
	}
	r := reader{data: rest}
	sections := make([]section, r.count())
	for i := range sections {
		sections[i] = section{string(r.bytes()), r.bytes()}
		if err := errors.Join(r.err, sections[i].check()); err != nil {
			return nil, err
		}
	}
	if len(r.data) > 0 {
		r.fail()
	}
	return sections, r.err
}

func appendBytes(data []byte, s string) []byte {
	return append(binary.AppendUvarint(data, uint64(len(s))), s...)
}

// A reader takes a file apart. After an error it yields zero values.
type reader struct {
	data []byte
	err  error
}

var errCorrupt = errors.New("the file is damaged")

func (r *reader) fail() { r.data, r.err = nil, errCorrupt }

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.data)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.data = r.data[n:]
	return v
}

// count reads the number of things that follow, each at least a byte long.
func (r *reader) count() int {
	n := r.uvarint()
	if n > uint64(len(r.data)) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *reader) bytes() []byte {
	n := r.count()
	b := r.data[:n:n]
	r.data = r.data[n:]
	return b
}

// gobEncoder and gobDecoder are those of encoding/gob, which is not imported
// for the time that its initialisation takes.
type (
	gobEncoder interface{ GobEncode() ([]byte, error) }
	gobDecoder interface{ GobDecode([]byte) error }
)

func encodeFact(fact analysis.Fact) ([]byte, error) {
	if enc, ok := fact.(gobEncoder); ok {
		return enc.GobEncode()
	}
	return json.Marshal(fact)
}

func decodeFact(t reflect.Type, data []byte) (analysis.Fact, error) {
	fact, ok := reflect.New(t.Elem()).Interface().(analysis.Fact)
	if !ok {
		return nil, fmt.Errorf("%s is not a fact type", t)
	}
	if dec, ok := fact.(gobDecoder); ok {
		return fact, dec.GobDecode(data)
	}
	return fact, json.Unmarshal(data, fact)
}
