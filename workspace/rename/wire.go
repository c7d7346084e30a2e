package rename

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/types/typeutil"
)

// A wireFormat is how a package names fields that have no tag.
type wireFormat struct {
	tag  string // the key of the struct tag
	name func(field string) string

	nameless bool // no tag can name a field
}

func asIs(name string) string { return name }

// wireFormats are the packages that go by the names of fields, by import path. What has no
// tag can't be told otherwise.
var wireFormats = map[string]wireFormat{
	"encoding/json":                       {tag: "json", name: asIs},
	"encoding/json/v2":                    {tag: "json", name: asIs},
	"github.com/goccy/go-json":            {tag: "json", name: asIs},
	"github.com/json-iterator/go":         {tag: "json", name: asIs},
	"encoding/xml":                        {tag: "xml", name: asIs},
	"encoding/gob":                        {nameless: true},
	"gopkg.in/yaml.v2":                    {tag: "yaml", name: strings.ToLower},
	"gopkg.in/yaml.v3":                    {tag: "yaml", name: strings.ToLower},
	"go.yaml.in/yaml/v2":                  {tag: "yaml", name: strings.ToLower},
	"go.yaml.in/yaml/v3":                  {tag: "yaml", name: strings.ToLower},
	"go.yaml.in/yaml/v4":                  {tag: "yaml", name: strings.ToLower},
	"sigs.k8s.io/yaml":                    {tag: "json", name: asIs},
	"github.com/BurntSushi/toml":          {tag: "toml", name: asIs},
	"github.com/pelletier/go-toml":        {tag: "toml", name: asIs},
	"github.com/pelletier/go-toml/v2":     {tag: "toml", name: asIs},
	"github.com/mitchellh/mapstructure":   {tag: "mapstructure", name: asIs},
	"github.com/go-viper/mapstructure/v2": {tag: "mapstructure", name: asIs},
	"go.mongodb.org/mongo-driver/bson":    {tag: "bson", name: strings.ToLower},
	"go.mongodb.org/mongo-driver/v2/bson": {tag: "bson", name: strings.ToLower},
}

// An encoding is a use of a wire format.
type encoding struct {
	format string // an import path
	at     token.Position
}

// wireNames finds fields whose names go over the wire, and gives them tags if that is asked
// for.
func (c *changer) wireNames() {
	fields := make(map[place]*Symbol)
	for _, s := range c.symbols {
		if s.Kind == Field && token.IsExported(s.Old()) {
			for _, pos := range s.Pos {
				fields[placeOf(pos)] = s
			}
		}
	}
	if len(fields) == 0 {
		return
	}
	encoded := c.encoded(fields)
	for _, s := range c.symbols {
		if s.Kind != Field {
			continue
		}
		for f, d := range c.declarationsOf(s) {
			c.wireName(f, d, s, encoded[placeOf(c.sources.position(d.ident.Pos()))])
		}
	}
}

// wireName tells, or keeps, the names under which one field is encoded.
func (c *changer) wireName(f *source, d declaration, s *Symbol, encoded []encoding) {
	tags := make(map[string]string) // to add, by key
	if tag := c.siblingTag(f, d); tag != "" && len(encoded) == 0 {
		detail := fmt.Sprintf("%s has no %s tag, and other fields of the struct have one: its name may go over the wire", s, tag)
		if format := formatOf(tag); c.o.KeepWireNames && len(d.field.Names) == 1 {
			tags[tag] = format.name(s.Old())
		} else {
			c.mention(Wire, c.sources.position(d.ident.Pos()), detail)
		}
	}
	for _, e := range encoded {
		format := wireFormats[e.format]
		if name, tagged := tagName(d.field, format.tag); tagged && name != "" {
			continue
		}
		at := fmt.Sprintf("%s:%d", shortPath(c.w.Root, e.at.Filename), e.at.Line)
		switch {
		case format.nameless:
			c.mention(Wire, c.sources.position(d.ident.Pos()), fmt.Sprintf("%s encodes or decodes %s by its name at %s, and no tag can keep the name", e.format, s, at))
		case !c.o.KeepWireNames:
			c.mention(Wire, c.sources.position(d.ident.Pos()), fmt.Sprintf("%s is %q to %s, which encodes or decodes it at %s, and would become %q", s, format.name(s.Old()), e.format, at, format.name(s.New)))
		case len(d.field.Names) > 1:
			c.problem(c.sources.position(d.ident.Pos()), fmt.Sprintf("%s can't get a tag to keep its name for %s: it is declared together with others", s, e.format))
		default:
			tags[format.tag] = format.name(s.Old())
		}
	}
	if len(tags) > 0 {
		c.addTags(f, d, tags)
	}
}

// siblingTag returns the key of a tag that names fields, that the field does not have, and
// that others of its struct have.
func (c *changer) siblingTag(f *source, d declaration) string {
	tag := ""
	ast.Inspect(c.sources.parse(f), func(n ast.Node) bool {
		t, ok := n.(*ast.StructType)
		if !ok || !slices.Contains(t.Fields.List, d.field) {
			return true
		}
		for _, path := range slices.Sorted(maps.Keys(wireFormats)) {
			key := wireFormats[path].tag
			if _, tagged := tagName(d.field, key); tagged || key == "" || tag != "" {
				continue
			}
			if slices.ContainsFunc(t.Fields.List, func(o *ast.Field) bool { _, ok := tagName(o, key); return ok }) {
				tag = key
			}
		}
		return true
	})
	return tag
}

// formatOf returns the format of a tag's key.
func formatOf(tag string) wireFormat {
	for _, path := range slices.Sorted(maps.Keys(wireFormats)) {
		if wireFormats[path].tag == tag {
			return wireFormats[path]
		}
	}
	return wireFormat{name: asIs}
}

// tagName returns the name that a field's tag has for a key, and whether it has the key.
func tagName(field *ast.Field, key string) (string, bool) {
	if field.Tag == nil || key == "" {
		return "", false
	}
	text, err := strconv.Unquote(field.Tag.Value)
	if err != nil {
		return "", false
	}
	value, ok := reflect.StructTag(text).Lookup(key)
	name, _, _ := strings.Cut(value, ",")
	return name, ok
}

// addTags writes names into a field's tag. Options, such as omitempty, stay.
func (c *changer) addTags(f *source, d declaration, tags map[string]string) {
	at := placeOf(c.sources.position(d.ident.Pos()))
	text, literal := "", d.field.Tag
	if literal != nil {
		text, _ = strconv.Unquote(literal.Value) // the file parses
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if value, ok := reflect.StructTag(text).Lookup(key); ok {
			text = strings.Replace(text, key+":"+strconv.Quote(value), key+":"+strconv.Quote(tags[key]+value), 1)
			continue
		}
		text = strings.TrimSpace(text + " " + key + ":" + strconv.Quote(tags[key]))
	}
	quoted := "`" + text + "`"
	if strings.Contains(text, "`") {
		quoted = strconv.Quote(text)
	}
	if literal != nil {
		start, end := c.span(literal)
		c.edit(f, at, start, end, quoted)
		return
	}
	_, end := c.span(d.field.Type)
	c.edit(f, at, end, end, " "+quoted)
}

// encoded returns where the structs that have the fields are given to packages that go by
// the names of fields: by themselves, or by way of functions that hand on what they are given.
func (c *changer) encoded(fields map[place]*Symbol) map[place][]encoding {
	all := make(map[place][]encoding)
	relays := make(map[relay][]string)
	var calls []wireCall
	for _, l := range c.loads {
		for _, pkg := range l.all {
			calls = appendCalls(calls, l, pkg)
		}
	}
	for again := true; again; {
		again = false
		for _, call := range calls {
			for i, arg := range call.Args {
				for _, format := range call.formats(relays, i) {
					if r, ok := call.relayed(arg); ok && !slices.Contains(relays[r], format) {
						relays[r] = append(relays[r], format)
						again = true
					}
				}
			}
		}
	}
	seen := make(map[string]*typeutil.Map) // by format and load
	for _, call := range calls {
		for i, arg := range call.Args {
			for _, format := range call.formats(relays, i) {
				key := fmt.Sprintf("%s %p", format, call.load)
				if seen[key] == nil {
					seen[key] = new(typeutil.Map)
				}
				e := encoding{format, call.load.place(call.Pos()).position()}
				walkFields(call.pkg.TypesInfo.TypeOf(arg), seen[key], func(field *types.Var) {
					at := call.load.place(field.Origin().Pos())
					if fields[at] != nil && !slices.ContainsFunc(all[at], func(o encoding) bool { return o.format == format }) {
						all[at] = append(all[at], e)
					}
				})
			}
		}
	}
	return all
}

// A wireCall is a call that may lead to an encoder.
type wireCall struct {
	*ast.CallExpr
	load   *load
	pkg    *packages.Package
	callee *types.Func
	within *types.Signature // of the function that calls
	caller place            // where that is declared
}

// A relay is a parameter that a function hands on to an encoder.
type relay struct {
	function  place
	parameter int
}

// appendCalls adds the calls of functions in a package.
func appendCalls(calls []wireCall, l *load, pkg *packages.Package) []wireCall {
	for _, f := range pkg.Syntax {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			obj, ok := pkg.TypesInfo.Defs[fn.Name].(*types.Func)
			if !ok {
				continue
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				if callee, ok := typeutil.Callee(pkg.TypesInfo, call).(*types.Func); ok && callee.Pkg() != nil {
					calls = append(calls, wireCall{call, l, pkg, callee.Origin(), obj.Signature(), l.place(obj.Pos())})
				}
				return true
			})
		}
	}
	return calls
}

// formats returns the packages to which an argument goes that know fields by their names.
func (c *wireCall) formats(relays map[relay][]string, argument int) []string {
	if path := c.callee.Pkg().Path(); wireFormats[path].name != nil || wireFormats[path].nameless {
		return []string{path}
	}
	params := c.callee.Signature().Params()
	return relays[relay{c.load.place(c.callee.Pos()), min(argument, params.Len()-1)}]
}

// relayed returns the parameter of the calling function that an argument is, if its type
// tells nothing.
func (c *wireCall) relayed(arg ast.Expr) (relay, bool) {
	id, ok := ast.Unparen(arg).(*ast.Ident)
	if !ok {
		return relay{}, false
	}
	obj := c.pkg.TypesInfo.Uses[id]
	for i := range c.within.Params().Len() {
		if v := c.within.Params().At(i); v == obj && types.IsInterface(v.Type()) {
			return relay{c.caller, i}, true
		}
	}
	return relay{}, false
}

// walkFields visits the fields of all structs that a value of the type can hold, going by
// its static type.
func walkFields(t types.Type, seen *typeutil.Map, visit func(*types.Var)) {
	if t == nil || seen.At(t) != nil {
		return
	}
	seen.Set(t, true)
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		walkFields(u.Elem(), seen, visit)
	case *types.Slice:
		walkFields(u.Elem(), seen, visit)
	case *types.Array:
		walkFields(u.Elem(), seen, visit)
	case *types.Map:
		walkFields(u.Key(), seen, visit)
		walkFields(u.Elem(), seen, visit)
	case *types.Struct:
		for field := range u.Fields() {
			if field.Exported() || field.Embedded() {
				visit(field)
				walkFields(field.Type(), seen, visit)
			}
		}
	}
}
