// The services of examples/hello as one program without libraries, for an image that holds nothing else.
//
//	service web HOST:PORT    needs STOCK_URL
//	service stock HOST:PORT
//
// Each takes TAKE_MIB of memory, if it is set. web reads the file of GREETING_FILE, if it is set, and says it at /greet.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatalf("expected a service and an address, and got %q", os.Args[1:])
	}
	handler := map[string]http.HandlerFunc{"web": web(), "stock": stock}[os.Args[1]]
	if handler == nil {
		log.Fatalf("there is no service %s", os.Args[1])
	}
	mib, _ := strconv.Atoi(os.Getenv("TAKE_MIB"))
	taken := make([]byte, mib<<20)
	for i := 0; i < len(taken); i += 4096 {
		taken[i] = 1
	}
	log.Printf("%s listens on %s", os.Args[1], os.Args[2])
	err := http.ListenAndServe(os.Args[2], handler)
	runtime.KeepAlive(taken)
	log.Fatal(err)
}

func stock(response http.ResponseWriter, request *http.Request) {
	io.Copy(io.Discard, request.Body)
	io.WriteString(response, `{"left": 41}`)
}

func web() http.HandlerFunc {
	greeting := "hello"
	if file := os.Getenv("GREETING_FILE"); file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			log.Fatal(err)
		}
		greeting = string(text)
	}
	var mutex sync.Mutex
	counts := map[string]int{}
	client := http.Client{Timeout: time.Second}
	order := func() int {
		answer, err := client.Post(os.Getenv("STOCK_URL")+"/take", "", nil)
		if err != nil {
			return 504
		}
		defer answer.Body.Close()
		if answer.StatusCode >= 400 {
			return 502
		}
		return 201
	}
	return func(response http.ResponseWriter, request *http.Request) {
		path := request.URL.Path
		switch path {
		case "/ready":
			return
		case "/metrics":
			mutex.Lock()
			defer mutex.Unlock()
			fmt.Fprintln(response, "# TYPE web_requests_total counter")
			for labels, count := range counts {
				fmt.Fprintf(response, "web_requests_total{%s} %d\n", labels, count)
			}
			return
		}
		status := 200
		if path == "/order" {
			status = order()
		}
		mutex.Lock()
		counts[fmt.Sprintf("path=%q,status=\"%d\"", path, status)]++
		mutex.Unlock()
		response.WriteHeader(status)
		io.WriteString(response, greeting)
	}
}
