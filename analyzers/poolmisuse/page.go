package poolmisuse

const page = ""
