// Package logslog writes messages of package log with log/slog, in files that use both.
//
// log/slog came with Go 1.21 (https://go.dev/doc/go1.21#slog). A program that moves to it
// file by file has lines of two formats until it is done. Files that do not import log/slog
// are none of the fixer's business: whether a program changes the format of its log is not
// for a codemod to say.
//
// # Before
//
//	func serve(l net.Listener) {
//		slog.Info("listening", "addr", l.Addr())
//		if err := http.Serve(l, nil); err != nil {
//			log.Printf("serving failed: %v", err)
//		}
//		log.Println("stopped")
//	}
//
// # After
//
//	func serve(l net.Listener) {
//		slog.Info("listening", "addr", l.Addr())
//		if err := http.Serve(l, nil); err != nil {
//			slog.Error("serving failed", "err", err)
//		}
//		slog.Info("stopped")
//	}
//
// # Precondition
//
// The message is a constant text, alone or followed by an error and nothing else.
//
// # What is left
//
// Messages with other arguments, whose keys somebody has to name, and those of log.Fatal and
// log.Panic, which log/slog does not have.
package logslog
