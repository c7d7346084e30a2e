package timerleak

const page = ""
