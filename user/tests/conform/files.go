// SPDX-License-Identifier: MIT
// Go: files, pipes and sockets, for which its runtime asks epoll.
package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// Each goroutine reads a pipe to its end, while another writes it.
func pipes() {
	sums := make(chan int)
	for i := 1; i <= 8; i++ {
		r, w, err := os.Pipe()
		must(err)
		go func(n int) {
			for j := 0; j < 50; j++ {
				fmt.Fprintln(w, strings.Repeat("x", n*j))
			}
			w.Close()
		}(i)
		go func() {
			data, err := io.ReadAll(r)
			must(err)
			sums <- len(data)
		}()
	}
	total := 0
	for i := 0; i < 8; i++ {
		total += <-sums
	}
	fmt.Println("bytes", total)
}

// An echo by a socket within the machine.
func sockets() {
	name := fmt.Sprintf("@conform-go-%d", os.Getpid())
	listener, err := net.Listen("unix", name)
	must(err)
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				io.Copy(c, c)
				c.Close()
			}()
		}
	}()
	for i := 0; i < 3; i++ {
		c, err := net.Dial("unix", name)
		must(err)
		fmt.Fprintln(c, "echo", i)
		line, err := bufio.NewReader(c).ReadString('\n')
		must(err)
		fmt.Print(line)
		c.Close()
	}
	listener.Close()
}

// A read that ends by its deadline.
func deadline() {
	r, w, err := os.Pipe()
	must(err)
	must(r.SetReadDeadline(time.Now().Add(20 * time.Millisecond)))
	_, err = r.Read(make([]byte, 1))
	fmt.Println("in time:", os.IsTimeout(err))
	w.Close()
}

func main() {
	file, err := os.Open(os.Args[1])
	must(err)
	lines := 0
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		lines++
	}
	fmt.Println("lines", lines)
	pipes()
	sockets()
	deadline()
}
