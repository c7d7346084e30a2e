package fix

import "github.com/gin-gonic/gin"

func handler(c *gin.Context) {
	go func() { // want "a goroutine uses c"
		println(c.Param("id"))
	}()
	c.JSON(200, nil)
}

func withArgument(c *gin.Context) {
	go func(n int) { // want "a goroutine uses c"
		println(n, c.Param("id"))
	}(1)
}
