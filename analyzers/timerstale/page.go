package timerstale

const page = ""
