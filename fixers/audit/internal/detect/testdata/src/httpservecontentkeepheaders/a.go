package httpservecontentkeepheaders

import (
	"net/http"
	"os"
	"time"
)

func file(w http.ResponseWriter, r *http.Request, f *os.File) {
	w.Header().Set("Etag", `"1"`) // want `Etag is not sent with an error that http.ServeContent answers with`
	w.Header().Set("Content-Type", "text/plain")
	w.Header().Add("cache-control", "max-age=3") // want `cache-control is not sent`
	http.ServeContent(w, r, "x", time.Time{}, f)
}

func after(w http.ResponseWriter, r *http.Request) {
	http.ServeFile(w, r, "x")
	w.Header().Set("Etag", `"1"`)
}

func another(w, v http.ResponseWriter, r *http.Request) {
	v.Header().Set("Etag", `"1"`)
	http.ServeFile(w, r, "x")
}

func written(w http.ResponseWriter) {
	w.Header().Set("Etag", `"1"`)
	w.Write(nil)
}
