// Echo server on package net with a goroutine per connection, as its documentation shows it.
//
// The loop reads and writes through a buffer of its own. io.Copy is not used: between two TCP
// connections it becomes splice through a pipe, which costs more than a copy for small messages.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"runtime"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("go: ")
	port := flag.Int("port", 0, "port to listen on; 0 takes a free one")
	threads := flag.Int("threads", 1, "GOMAXPROCS")
	buffer := flag.Int("buffer", 4096, "bytes of read buffer per connection")
	timeout := flag.Int("read-timeout", 0, "seconds that a read may wait; 0 for ever")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)

	listener, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on %s peer=go pid=%d version=%q\n",
		listener.Addr(), os.Getpid(), runtime.Version())
	for {
		conn, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go echo(conn, *buffer, time.Duration(*timeout)*time.Second)
	}
}

// echo serves one connection until its peer closes or breaks it. NODELAY is on by default.
// With a timeout, the deadline is moved before every read.
func echo(conn net.Conn, size int, timeout time.Duration) {
	defer conn.Close()
	buffer := make([]byte, size)
	for {
		if timeout > 0 {
			if err := conn.SetReadDeadline(time.Now().Add(timeout)); err != nil {
				return
			}
		}
		n, err := conn.Read(buffer)
		if n > 0 {
			if _, err := conn.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
