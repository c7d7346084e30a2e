package randseednop

import (
	crand "crypto/rand"
	"encoding/binary"
	"flag"
	"math/rand"
	"os"
	"time"
)

var seed = flag.Int64("seed", 1, "")

func now() int64 { return time.Now().Unix() }

func secret() (n int64) {
	binary.Read(crand.Reader, binary.LittleEndian, &n)
	return n
}

func seeds() {
	rand.Seed(1)     // want `the call does nothing`
	rand.Seed(*seed) // want `the call does nothing`
	rand.Seed(time.Now().UnixNano())
	rand.Seed(int64(os.Getpid()))
	rand.Seed(now())
	rand.Seed(secret())
	n := time.Now().UnixNano()
	rand.Seed(n)
	var m int64
	binary.Read(crand.Reader, binary.LittleEndian, &m)
	rand.Seed(m)
	rand.New(rand.NewSource(1)).Seed(2)
}
