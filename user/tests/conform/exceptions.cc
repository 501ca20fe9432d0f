// SPDX-License-Identifier: MIT
// C++: exceptions, streams, containers, static and thread-local objects, threads.
#include <algorithm>
#include <cstring>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

struct Noisy {
	const char *name;
	explicit Noisy(const char *n) : name(n) { std::cout << "make " << name << "\n"; }
	~Noisy() { std::cout << "end " << name << "\n"; }
};

static Noisy global("global");
static thread_local int own = 3;

static int deep(int n)
{
	Noisy noisy("frame");
	if (n == 0)
		throw std::out_of_range("deep down");
	return deep(n - 1) + 1;
}

static void exceptions()
{
	try {
		deep(3);
	} catch (const std::exception &e) {
		std::cout << "caught " << e.what() << "\n";
	}
	try {
		try {
			throw 42;
		} catch (int n) {
			throw std::string("again");
		}
	} catch (const std::string &s) {
		std::cout << s << "\n";
	}
	try {
		std::vector<int>(3).at(5) = 1;
	} catch (const std::out_of_range &) {
		std::cout << "out of range\n";
	}
	try {
		volatile size_t many = static_cast<size_t>(-1) / 16;
		std::unique_ptr<char[]> p(new char[many * 8]);
	} catch (const std::bad_alloc &) {
		std::cout << "bad alloc\n";
	}
}

static void containers()
{
	std::map<std::string, std::vector<int>> map;
	std::ostringstream text;

	for (int i = 0; i < 1000; i++)
		map["key" + std::to_string(i % 10)].push_back(i * 37 % 101);
	for (auto &[key, values] : map) {
		std::sort(values.begin(), values.end());
		text << key << " " << values.front() << " " << values[50] << "; ";
	}
	std::cout << text.str() << std::hex << 255 << std::dec << " " << 3.5 << std::endl;
	std::istringstream in("1 2.5 word");
	int i;
	double d;
	std::string w;
	in >> i >> d >> w;
	std::cout << i + d << w << "\n";
}

static void threads()
{
	auto f = std::async(std::launch::async, [] {
		own++;
		return own;
	});
	std::cout << f.get() << " " << own << "\n";
	std::thread t([] {
		try {
			throw std::runtime_error("in a thread");
		} catch (const std::exception &e) {
			std::cout << e.what() << "\n";
		}
	});
	t.join();
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "exceptions") == 0)
		exceptions();
	else if (argc > 1 && strcmp(argv[1], "containers") == 0)
		containers();
	else if (argc > 1 && strcmp(argv[1], "threads") == 0)
		threads();
	else
		throw std::logic_error("nobody catches this");
	return 0;
}
