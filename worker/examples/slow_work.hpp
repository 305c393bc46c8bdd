#pragma once
// Three kinds of slow work as ordinary functions: on the disk, on the processor, on the network.

#include <peyk/json.hpp>

#include <cstdint>
#include <stop_token>
#include <string>

namespace example {

struct word_count {
    std::uint64_t lines = 0;
    std::uint64_t words = 0;
    std::uint64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(word_count, (), (lines, words, bytes))

struct page {
    std::uint64_t bytes = 0;
    std::string hash;
};
BOOST_DESCRIBE_STRUCT(page, (), (bytes, hash))

// XXH3 of the bytes, 16 hexadecimal digits.
[[nodiscard]] std::string hash_text(std::string const& bytes);

// Disk. Throw std::runtime_error for a file that cannot be read.
[[nodiscard]] std::string hash_file(std::string const& path);
[[nodiscard]] word_count count_words(std::string const& path);

// Processor: how many primes are in [from, to), by trial division. Throws when asked to stop.
[[nodiscard]] std::uint64_t
count_primes(std::uint64_t from, std::uint64_t to, std::stop_token const& stop = {});
// The same by a sieve, to check the other one.
[[nodiscard]] std::uint64_t count_primes_by_sieve(std::uint64_t from, std::uint64_t to);

// Network. "http://host:port/path"; throws std::runtime_error unless it answers 200 within 10 s.
[[nodiscard]] page fetch_page(std::string const& url);
// What page number `number` of the little server contains.
[[nodiscard]] std::string page_text(std::uint64_t number);

} // namespace example
