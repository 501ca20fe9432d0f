// SPDX-License-Identifier: MIT
// Rust: its start-up, collections, panics, files, threads.
use std::collections::BTreeMap;
use std::io::Read;

fn main() {
    let mut map = BTreeMap::new();
    for (i, word) in "one two three two one".split(' ').enumerate() {
        map.entry(word).or_insert_with(Vec::new).push(i);
    }
    println!("{:?} {}", map, std::env::args().count());
    let mut text = String::new();
    std::fs::File::open("tests/conform/ten").unwrap().read_to_string(&mut text).unwrap();
    println!("{:?}", text);
    println!("{:?}", std::fs::read("tests/conform/none").map_err(|e| e.kind()));
    println!("{:?}", std::fs::metadata("tests/conform/ten").unwrap().len());
    let caught = std::panic::catch_unwind(|| panic!("caught"));
    println!("{}", caught.is_err());
    let thread = std::thread::spawn(|| (1..=10).product::<u64>());
    println!("{}", thread.join().unwrap());
    std::process::exit(9);
}
