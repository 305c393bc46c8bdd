#include "client/cli/top/key_reader.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace peyk::cli {
namespace {

struct sequence {
    std::string_view bytes; // behind the escape
    key_kind kind;
};

// As xterm, the Linux console, tmux and screen send them.
constexpr std::array<sequence, 17> sequences{{{"[A", key_kind::up},
                                              {"OA", key_kind::up},
                                              {"[B", key_kind::down},
                                              {"OB", key_kind::down},
                                              {"[C", key_kind::right},
                                              {"OC", key_kind::right},
                                              {"[D", key_kind::left},
                                              {"OD", key_kind::left},
                                              {"[5~", key_kind::page_up},
                                              {"[6~", key_kind::page_down},
                                              {"[H", key_kind::home},
                                              {"OH", key_kind::home},
                                              {"[1~", key_kind::home},
                                              {"[F", key_kind::end},
                                              {"OF", key_kind::end},
                                              {"[4~", key_kind::end},
                                              {"[Z", key_kind::back_tab}}};

// How long the sequence behind an escape is, also of one that means nothing here.
std::size_t length_of(std::string_view bytes) {
    if (bytes.empty() || (bytes.front() != '[' && bytes.front() != 'O'))
        return 0;
    std::size_t at = 1;
    while (at < bytes.size() && (bytes[at] < '@' || bytes[at] > '~'))
        ++at;
    return std::min(at + 1, bytes.size());
}

std::size_t length_of_character(char lead) {
    auto const byte = static_cast<unsigned char>(lead);
    return byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
}

std::optional<key_kind> control(char byte) {
    switch (byte) {
    case '\t':
        return key_kind::tab;
    case '\r':
    case '\n':
        return key_kind::enter;
    case '\b':
    case '\x7f':
        return key_kind::erase;
    default:
        return std::nullopt;
    }
}

} // namespace

std::vector<key> key_reader::take(std::string_view bytes) {
    auto const all = std::exchange(rest_, {}) + std::string{bytes};
    std::vector<key> keys;
    for (std::string_view left = all; !left.empty();) {
        if (left.front() == '\033') {
            auto const code = left.substr(1, length_of(left.substr(1)));
            auto const found = std::ranges::find(sequences, code, &sequence::bytes);
            if (found != sequences.end())
                keys.push_back({found->kind});
            else if (code.empty())
                keys.push_back({key_kind::escape});
            left.remove_prefix(1 + code.size());
            continue;
        }
        auto const length = length_of_character(left.front());
        if (length > left.size()) {
            rest_ = left;
            break;
        }
        if (auto const kind = control(left.front()))
            keys.push_back({*kind});
        else if (static_cast<unsigned char>(left.front()) >= 0x20)
            keys.push_back({key_kind::text, std::string{left.substr(0, length)}});
        left.remove_prefix(length);
    }
    return keys;
}

} // namespace peyk::cli
