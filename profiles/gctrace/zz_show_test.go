package gctrace
import ("testing";"os";"fmt";"path/filepath")
func TestShow(t *testing.T){ files,_:=filepath.Glob("/tmp/gctr/*.log"); for _,n:=range files { f,_:=os.Open(n); tr,err:=Parse(f); if err!=nil {fmt.Println(n,err);continue}
 s:=tr.Longest().Statistics(); fmt.Println(n,len(tr.Runs),tr.Damaged,tr.Lines); s2:=s; s2.run=Run{}; fmt.Printf("%+v\n",s2); for _,r:=range s.Reasons(){ fmt.Println("  ",r.Rule,r.Text,len(r.Cycles),r.Evidence)} } }
