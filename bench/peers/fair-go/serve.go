package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"os"
	"runtime"
	"syscall"
	"time"
)

const (
	blocked    = 100 * time.Millisecond
	computed   = 100 * time.Microsecond
	bufferSize = 4096
)

// serve echoes, and disturbs itself once it is told to by a line of standard input.
func serve(o options) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go acceptAll(listener)
	fmt.Printf("listening on %s peer=go pid=%d version=%q\n",
		listener.Addr(), os.Getpid(), runtime.Version())
	for input := bufio.NewScanner(os.Stdin); input.Scan(); {
		disturb(o)
		fmt.Printf("{\"disturbing\": %d}\n", o.loops+o.blocked+o.yielded)
	}
}

func acceptAll(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go echo(conn)
	}
}

func echo(conn net.Conn) {
	defer conn.Close()
	buffer := make([]byte, bufferSize)
	for {
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

func disturb(o options) {
	for i := range o.loops {
		go loop(uint64(i) + 1)
	}
	for range o.blocked {
		go block()
	}
	for range o.yielded {
		go compute()
	}
}

// loop never ends: xorshift does not come to 0.
func loop(x uint64) {
	for x != 0 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	log.Fatal("xorshift came to 0")
}

func block() {
	for {
		length := syscall.NsecToTimespec(int64(blocked))
		if err := syscall.Nanosleep(&length, nil); err != nil && err != syscall.EINTR {
			log.Fatal(err)
		}
		runtime.Gosched()
	}
}

func compute() {
	for {
		start := time.Now()
		for time.Since(start) < computed {
		}
		runtime.Gosched()
	}
}
