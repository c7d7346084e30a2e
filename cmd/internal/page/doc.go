// Package page is the kit that every HTML page of gomend is made with. The caller
// builds a document of values, a [Page] of sections and blocks, and the kit renders it.
//
// A page is one file that needs nothing else: its style and its plots stand in it, and
// it runs no script and loads nothing, so it can be mailed, kept with a build and read
// without a network. It follows the reader's light or dark setting and prints.
//
// No string of the caller ever becomes markup: the text of a page is escaped by
// html/template and that of a plot by its renderer. The same document gives the same
// bytes.
//
// Plots are inline SVG, drawn with the renderer of go-analyze/charts but not with its
// chart: that can't give grid lines a class, without which a style sheet can't turn
// them dark, and its logarithmic axis begins at one, which is too much for pauses in
// seconds. The renderer writes classes, page.css says what they look like, and the
// browser, which knows its fonts, aligns the labels.
package page
