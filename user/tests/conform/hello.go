// SPDX-License-Identifier: MIT
// Go: its runtime on several threads.
package main

import "fmt"

func main() {
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
