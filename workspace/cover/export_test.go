package cover

// LineMap is for the property test of what only [Compare] uses.
var LineMap = lineMap
