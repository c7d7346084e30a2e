package suite

import "github.com/gomend/gomend/fixers/fix"

// table returns the rows. Of x/tools' suite, buildtag and plusbuild are
// missing: gomend's own fixer buildtags does what they do, and sees the traps of it.
//
// The versions are those at which the analyzers' code looks.
func table() []row {
	return append(safeRows(), append(provenRows(), suggestedRows()...)...)
}

// safe returns the kinds of an analyzer whose fix keeps what the program does.
func safe(summary string) []fix.Kind {
	return []fix.Kind{{Summary: summary, Tier: fix.Safe}, leftKindOf("What would lose a comment is left alone.")}
}

// proven returns the kinds of an analyzer whose guard has to see that the fix is right, with
// those that need a reader.
func proven(summary, precondition string, others ...fix.Kind) []fix.Kind {
	kinds := []fix.Kind{{Summary: summary, Tier: fix.Proven, Precondition: precondition}}
	kinds = append(kinds, others...)
	return append(kinds, leftKindOf("What would change what the program does, or lose a comment, is left alone."))
}

// suggested returns the kinds of an analyzer whose fix needs a reader.
func suggested(summary, precondition string) []fix.Kind {
	return []fix.Kind{
		{Summary: summary, Tier: fix.Suggestion, Precondition: precondition},
		leftKindOf("What would lose a comment is left alone."),
	}
}

// suggestion returns a kind that needs a reader, of an analyzer that has others.
func suggestion(name, summary, precondition string) fix.Kind {
	return fix.Kind{Name: name, Summary: summary, Tier: fix.Suggestion, Precondition: precondition}
}

func leftKindOf(summary string) fix.Kind {
	return fix.Kind{Name: leftKind, Summary: summary, Tier: fix.Left}
}

func safeRows() []row {
	return []row{
		{
			name: "any", since: "go1.18", title: "interface{} as any",
			kinds: safe("interface{} becomes any, which is the same type."),
		},
		{
			name: "forvar", since: "go1.22", title: "copies of range variables removed", dropsComments: true,
			kinds: safe("x := x at the head of a range loop goes, as each turn has an x of its own since Go 1.22."),
		},
		{
			name: "importcomment", since: "go1.11", title: "import comments removed", dropsComments: true,
			kinds: safe("The comment // import \"path\" of a package clause goes: nothing reads it in a module."),
		},
		{
			name: "reflecttypeassert", since: "go1.25", title: "reflect.TypeAssert for v.Interface().(T)",
			kinds: safe("x, ok := v.Interface().(T) becomes reflect.TypeAssert[T](v), which is defined to be the same."),
		},
		{
			name: "reflecttypefor", since: "go1.22", title: "reflect.TypeFor for TypeOf of a made-up value", guard: reflecttypefor,
			kinds: []fix.Kind{
				{Summary: "reflect.TypeOf(T{}) and TypeOf((*T)(nil)).Elem() become reflect.TypeFor[T]().", Tier: fix.Safe},
				leftKindOf("Values whose evaluation may panic, and types whose name stands for another one here, are left alone."),
			},
		},
		{
			name: "slicesclip", since: "go1.21", title: "slices.Clip for s[:len(s):len(s)]",
			kinds: safe("s[:len(s):len(s)] becomes slices.Clip(s), which returns just that."),
		},
		{
			name: "stringintconv", since: "go1", title: "string(rune(n)) for string(n)",
			kinds: safe("string(n) of an integer becomes string(rune(n)), or fmt.Sprintf(\"%c\", n) where n may be no rune: both the same string, which Go 1.28 refuses to make of n."),
		},
		{
			name: "unsafefuncs", since: "go1.17", title: "unsafe.Add for uintptr arithmetic",
			kinds: safe("unsafe.Pointer(uintptr(p) + n) becomes unsafe.Add(p, n)."),
		},
	}
}

func provenRows() []row {
	return []row{
		{
			name: "errorsastype", since: "go1.26", title: "errors.AsType for errors.As", guard: errorsastype,
			kinds: proven("if errors.As(err, &e) becomes if e, ok := errors.AsType[E](err); ok.",
				"The variable is used in the if statement alone, and not where the error is of another type."),
		},
		{
			name: "inline", since: "go1", title: "calls of what is marked //go:fix inline replaced", guard: inlined, explains: true,
			kinds: proven("Functions, constants and types that are marked //go:fix inline are replaced by what they stand for.",
				"Their author has asked for it, arguments are evaluated as they were, and the file's Go version has what takes their place."),
		},
		{
			name: "mapsloop", since: "go1.23", title: "maps.Copy, Insert and Collect for loops", guard: mapsloop,
			kinds: proven("A loop that copies a map or an iterator into a map becomes a call of package maps.",
				"The evaluation of the target calls nothing and does not panic if there is nothing to copy, and what is copied does not replace it.",
				suggestion("unproven", "The same, where the target is behind a pointer that may be nil, or may be replaced meanwhile.", "What the message says must hold.")),
		},
		{
			name: "minmax", since: "go1.21", title: "min and max for comparisons", guard: minmax,
			kinds: proven("An if statement that sets a variable to the lesser or greater of two values becomes min or max.",
				"The values are no floats, and neither setting the variable nor a call changes what it is compared with.",
				fix.Kind{
					Name: removedKind, Summary: "A function min or max that does what the builtin does is removed.", Tier: fix.Proven,
					Precondition: "It does no more than to compare values of one type, is only called, and never of constants alone.",
				}),
		},
		{
			name: "newexpr", since: "go1.26", title: "new(x) for functions that return a pointer to x", guard: newexpr,
			kinds: proven("Calls such as ptr(x) become new(x); a function that nobody calls any more is for the reader to remove.",
				"The function does no more than to return the address of its parameter, whose type the argument has by itself.",
				suggestion("wrapper", "Such a function's body becomes new(x), and it is marked //go:fix inline.", "The mark asks all who import the package to replace its calls.")),
		},
		{
			name: "rangeint", since: "go1.22", title: "range over an integer for loops that count", guard: rangeint,
			kinds: proven("for i := 0; i < n; i++ becomes for i := range n.",
				"Neither the limit nor the variable is set in the loop, and nothing reads the variable after it."),
		},
		{
			name: "slicescontains", since: "go1.21", title: "slices.Contains and ContainsFunc for loops", guard: slicescontains,
			kinds: proven("A loop that looks for an element becomes a call of slices.Contains or ContainsFunc.",
				"What is looked for is the same at each turn, does not panic if there is nothing to search, and does not depend on the result.",
				suggestion("unproven", "The same, where what is looked for, or the predicate, may be evaluated to something else before the loop.", "What the message says must hold.")),
		},
		{
			name: "slicessort", since: "go1.21", title: "slices.Sort for sort.Slice", guard: slicessort,
			kinds: proven("sort.Slice of a slice in its natural order becomes slices.Sort.",
				"Equal elements can't be told apart: they are integers or strings.",
				suggestion("floats", "The same for floats.", "slices.Sort puts NaNs first, and zeros of both signs in another order than sort.Slice does.")),
		},
		{
			name: "stditerators", since: "go1.24", title: "iterators for loops over Len and At of go/types and reflect", guard: stditerators,
			kinds: proven("A loop over the index of reflect's fields, methods and parameters, or go/types' objects, becomes one over an iterator.",
				"What is gone through is not replaced in the loop.",
				suggestion("unproven", "The same, where what is gone through may be another thing at the next turn.", "What the message says must hold.")),
		},
		{
			name: "stringsbuilder", since: "go1.10", title: "strings.Builder for strings that grow in a loop", guard: stringsbuilder,
			kinds: proven("A string that grows by += in a loop becomes a strings.Builder.",
				"It only grows before it is read, and in no function literal."),
		},
		{
			name: "stringscut", since: "go1.18", title: "strings.Cut and Contains for Index", guard: stringscut,
			kinds: proven("strings.Index, of which only what comes before and after it or whether it is there is used, becomes strings.Cut or Contains, as do its like in bytes.",
				"What comes before and after is used only where a check has found the separator, of strings that nothing replaces."),
		},
		{
			name: "stringscutprefix", since: "go1.20", title: "strings.CutPrefix and CutSuffix for HasPrefix and TrimPrefix", guard: stringscutprefix,
			kinds: proven("strings.HasPrefix and a TrimPrefix of the same become one CutPrefix, as do those for suffixes and of bytes.",
				"The string is the same in both places, and an empty prefix counts as it did.",
				suggestion("maybeempty", "if rest := TrimPrefix(s, prefix); rest != s becomes a CutPrefix where the prefix may be empty.", "CutPrefix finds an empty prefix, and TrimPrefix cuts nothing off by it.")),
		},
		{
			name: "stringsseq", since: "go1.24", title: "strings.SplitSeq and FieldsSeq in range loops", guard: stringsseq,
			kinds: proven("A range loop over strings.Split or Fields becomes one over SplitSeq or FieldsSeq, without a slice of the parts.",
				"Strings do not change while they are split.",
				suggestion("bytes", "The same for bytes.Split and Fields.", "The loop must not change the bytes, which are split as it goes on, nor append to a part.")),
		},
		{
			name: "testingcontext", since: "go1.24", title: "t.Context for context.WithCancel in tests", guard: testingcontext,
			kinds: proven("ctx, cancel := context.WithCancel(context.Background()); defer cancel() in a test becomes ctx := t.Context().",
				"No call is deferred before, and no subtest runs in parallel: the context is canceled after the test's function, and before its Cleanup functions.",
				suggestion("parallel", "The same in a test whose subtests may run in parallel.", "They saw a canceled context, as they go on after the test's function; t.Context is canceled after them.")),
		},
		{
			name: "waitgroupgo", since: "go1.25", title: "WaitGroup.Go for Add, go and Done", guard: waitgroupgo,
			kinds: proven("wg.Add(1); go func() { defer wg.Done(); … }() becomes wg.Go(func() { … }).",
				"Done is deferred first in the goroutine, and of the same group.",
				suggestion("tail", "The same, where Done is called last and not deferred.", "A goroutine that returns early, or ends by runtime.Goexit as testing's FailNow does, was not counted as done, and is now.")),
		},
	}
}

func suggestedRows() []row {
	return []row{
		{
			name: "appendclipped", since: "go1.21", title: "slices.Clone and Concat for append",
			kinds: suggested("append([]T(nil), s...) and the like become slices.Clone or slices.Concat.",
				"Of an empty slice that is not nil, or a nil one, the result may be nil where it was not, or the other way round."),
		},
		{
			name: "atomictypes", since: "go1.19", title: "atomic.Int64 and the like for variables of atomic functions",
			kinds: suggested("A variable that is only passed to functions of sync/atomic gets a type of that package.",
				"A struct with it may change its size, go vet reports copies of it, and fmt prints it otherwise."),
		},
		{
			name: "bloop", since: "go1.24", title: "b.Loop for b.N in benchmarks",
			kinds: suggested("for range b.N becomes for b.Loop(), and timer calls before it go.",
				"Results are no more comparable with those from before: b.Loop keeps what the body calculates."),
		},
		{
			name: "embedlit", since: "go1.27", title: "promoted fields in composite literals", guard: embedlit,
			kinds: suggested("T{U: U{x: 1}} becomes T{x: 1} where U is embedded, and assignments after the literal move into it.",
				"What is assigned must not look at the variable that the literal is for."),
		},
		{
			name: "fmtappendf", since: "go1.19", title: "fmt.Appendf for []byte(fmt.Sprintf)",
			kinds: suggested("[]byte(fmt.Sprintf(…)) becomes fmt.Appendf(nil, …).",
				"It is less clear; an empty text becomes a nil slice, and the capacity is another one."),
		},
		{
			name: "hostport", since: "go1", title: "net.JoinHostPort for addresses made by fmt.Sprintf",
			kinds: suggested("fmt.Sprintf(\"%s:%d\", host, port) becomes net.JoinHostPort where it is dialed.",
				"IPv6 addresses work then; a host that has its brackets already gets them twice."),
		},
		{
			name: "omitzero", since: "go1.24", title: "omitempty of structs removed",
			kinds: suggested("omitempty goes from the json tag of a field that is a struct, where encoding/json has never cared.",
				"Other readers of the tag do: encoders for YAML and BSON, generators of schemas, and encoding/json/v2."),
		},
		{
			name: "slicesbackward", since: "go1.23", title: "slices.Backward for loops downwards", guard: slicesbackward,
			kinds: []fix.Kind{
				{
					Summary: "for i := len(s) - 1; i >= 0; i-- becomes for i, v := range slices.Backward(s).", Tier: fix.Suggestion,
					Precondition: "Nothing that the loop calls may set an element before it is read there: it is read as its turn begins.",
				},
				leftKindOf("Loops that may replace the slice, or recover from a panic, are left alone."),
			},
		},
		{
			name: "slicesdelete", since: "go1.21", title: "slices.Delete for append",
			kinds: suggested("append(s[:i], s[j:]...) becomes slices.Delete(s, i, j).",
				"It sets the elements behind the new end to zero, which others who have the slice see, and panics where append did not."),
		},
	}
}
