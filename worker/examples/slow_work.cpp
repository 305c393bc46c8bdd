#include "worker/examples/slow_work.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace example {
namespace {

std::string read_file(std::string const& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file)
        throw std::runtime_error(path + " cannot be read");
    return {std::istreambuf_iterator<char>{file}, {}};
}

bool is_prime(std::uint64_t number) {
    if (number < 4)
        return number > 1;
    if (number % 2 == 0)
        return false;
    for (std::uint64_t factor = 3; factor * factor <= number; factor += 2) {
        if (number % factor == 0)
            return false;
    }
    return true;
}

} // namespace

std::string hash_text(std::string const& bytes) {
    constexpr std::size_t digits = 16;
    char text[digits];
    auto const end =
        std::to_chars(text, text + digits, XXH3_64bits(bytes.data(), bytes.size()), 16);
    std::string hash{text, end.ptr};
    return std::string(digits - hash.size(), '0') + hash;
}

std::string hash_file(std::string const& path) {
    return hash_text(read_file(path));
}

word_count count_words(std::string const& path) {
    word_count counted;
    bool inside = false;
    for (unsigned char const c : read_file(path)) {
        ++counted.bytes;
        counted.lines += c == '\n' ? 1 : 0;
        bool const space = std::isspace(c) != 0;
        counted.words += !space && !inside ? 1 : 0;
        inside = !space;
    }
    return counted;
}

std::uint64_t count_primes(std::uint64_t from, std::uint64_t to, std::stop_token const& stop) {
    std::uint64_t count = 0;
    for (auto number = from; number < to; ++number) {
        if (stop.stop_requested())
            throw std::runtime_error("asked to stop");
        count += is_prime(number) ? 1 : 0;
    }
    return count;
}

std::uint64_t count_primes_by_sieve(std::uint64_t from, std::uint64_t to) {
    // Place n stands for from + n; 0 and 1 are no primes.
    std::vector<char> composite(to > from ? to - from : 0, 0);
    for (auto number = from; number < std::min<std::uint64_t>(to, 2); ++number)
        composite[number - from] = 1;
    // Composite factors cross out what their own factors have crossed out before: no harm.
    for (std::uint64_t factor = 2; factor * factor < to; ++factor) {
        auto const first = std::max(factor * factor, (from + factor - 1) / factor * factor);
        for (auto multiple = first; multiple < to; multiple += factor)
            composite[multiple - from] = 1;
    }
    return static_cast<std::uint64_t>(std::ranges::count(composite, 0));
}

std::string page_text(std::uint64_t number) {
    constexpr std::uint64_t lines_of_first = 40;
    constexpr std::uint64_t lines_more_at_most = 100;
    std::string text = "<html><title>Page " + std::to_string(number) + "</title>\n";
    for (std::uint64_t line = 0; line < lines_of_first + number % lines_more_at_most; ++line)
        text += "<p>Line " + std::to_string(line * (number + 1)) + "</p>\n";
    return text + "</html>\n";
}

} // namespace example
