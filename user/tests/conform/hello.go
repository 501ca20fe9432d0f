// SPDX-License-Identifier: MIT
// Go: its runtime on several threads, and other processes that it starts.
package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
)

// child upper-cases what comes, and ends with status 3.
func child() {
	text, _ := io.ReadAll(os.Stdin)
	for i := range text {
		text[i] -= 'a' - 'A'
	}
	os.Stdout.Write(text)
	os.Exit(3)
}

func processes() {
	command := exec.Command("/proc/self/exe", "child")
	stdin, _ := command.StdinPipe()
	go func() {
		io.WriteString(stdin, "text")
		stdin.Close()
	}()
	output, err := command.Output()
	fmt.Printf("%s %v\n", output, err)
	fmt.Println(exec.Command("/no/such/program").Run())
	sleeper := exec.Command("/proc/self/exe", "child")
	sleeper.StdinPipe()
	fmt.Println(sleeper.Start(), sleeper.Process.Kill(), sleeper.Wait())
}

func main() {
	if len(os.Args) > 1 {
		child()
	}
	processes()
	results := make(chan int)
	for i := 0; i < 4; i++ {
		go func(n int) {
			sum := 0
			for j := 0; j < 100000; j++ {
				sum += j % (n + 1)
			}
			results <- sum
		}(i)
	}
	total := 0
	for i := 0; i < 4; i++ {
		total += <-results
	}
	fmt.Println("total", total)
	var nothing map[string]int
	defer func() { fmt.Println("recovered:", recover() != nil) }()
	nothing["x"] = 1
}
