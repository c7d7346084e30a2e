package panicnil

import "errors"

func fails(err error, v any) {
	panic(nil)        // want `panic\(nil\) panics with`
	panic(error(nil)) // want `panic\(nil\) panics with`
	panic(err)
	panic(v)
	panic(errors.New("x"))
}

func again() {
	defer func() {
		r := recover()
		println("cleaning up")
		panic(r) // want `if there was no panic`
	}()
	defer func() {
		panic(recover()) // want `if there was no panic`
	}()
	defer func() {
		if r := recover(); r != nil {
			panic(r)
		}
	}()
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		panic(r)
	}()
	defer func() {
		r := recover()
		if err, ok := r.(error); ok {
			println(err.Error())
		}
		panic(r)
	}()
}

func shadowed(panic func(any)) { panic(nil) }
