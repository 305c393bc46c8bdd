#include <peyk/message_id.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <ostream>
#include <random>

namespace peyk {
namespace {

// One generator per thread: no lock, and ids of one thread are ordered by the counter below.
struct generator {
    std::mt19937_64 random{seed()};
    std::uint64_t last_ms = 0;
    std::uint64_t sequence = 0; // the 12 bits after the time

    static std::uint64_t seed() {
        std::random_device device;
        return std::uint64_t{device()} << 32 | device();
    }

    message_id next() {
        using namespace std::chrono;
        auto const now = static_cast<std::uint64_t>(
            duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
        if (now > last_ms) {
            last_ms = now;
            sequence = random() & 0x3ff; // leaves room to count up within the millisecond
        } else if (++sequence > 0xfff) {
            ++last_ms; // borrows from the next millisecond, as the RFC allows
            sequence = 0;
        }
        return {last_ms << 16 | 0x7000 | sequence, random() >> 2 | 0x8000'0000'0000'0000};
    }
};

constexpr std::string_view digits = "0123456789abcdef";
constexpr std::array<std::size_t, 4> hyphens{8, 13, 18, 23};

bool is_hyphen(std::size_t at) {
    return at == hyphens[0] || at == hyphens[1] || at == hyphens[2] || at == hyphens[3];
}

int digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

} // namespace

message_id message_id::make() {
    thread_local generator mine;
    return mine.next();
}

std::optional<message_id> message_id::parse(std::string_view text) {
    if (text.size() != 36)
        return std::nullopt;
    message_id id;
    int read = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_hyphen(at)) {
            if (text[at] != '-')
                return std::nullopt;
            continue;
        }
        auto const value = digit(text[at]);
        if (value < 0)
            return std::nullopt;
        auto& half = read++ < 16 ? id.high : id.low;
        half = half << 4 | static_cast<unsigned>(value);
    }
    return id;
}

std::string message_id::to_string() const {
    std::string out(36, '-');
    int shift = 124;
    for (std::size_t at = 0; at < out.size(); ++at) {
        if (is_hyphen(at))
            continue;
        auto const half = shift >= 64 ? high >> (shift - 64) : low >> shift;
        out[at] = digits[half & 0xf];
        shift -= 4;
    }
    return out;
}

std::ostream& operator<<(std::ostream& out, message_id id) {
    return out << id.to_string();
}

} // namespace peyk
