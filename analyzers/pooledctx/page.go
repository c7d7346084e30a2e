package pooledctx

const page = ""
