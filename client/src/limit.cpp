#include <peyk/limit.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace peyk {
namespace {

using std::chrono::seconds;

constexpr std::array<std::pair<char, seconds>, 4> units{{{'s', seconds{1}},
                                                         {'m', seconds{60}},
                                                         {'h', seconds{3'600}},
                                                         {'d', seconds{86'400}}}};

std::optional<seconds> unit_of(std::string_view text) {
    if (text.size() != 1)
        return std::nullopt;
    for (auto const& [letter, per] : units) {
        if (letter == text.front())
            return per;
    }
    return std::nullopt;
}

constexpr double count_min = 0.001;
constexpr double count_max = 4'000'000; // thousandths fit 32 bits

} // namespace

std::optional<rate> parse_rate(std::string_view text) {
    if (text == "none")
        return rate{};
    rate found;
    auto const slash = text.find('/');
    if (slash != std::string_view::npos) {
        auto const per = unit_of(text.substr(slash + 1));
        if (!per)
            return std::nullopt;
        found.per = *per;
        text = text.substr(0, slash);
    }
    auto const [end, error] = std::from_chars(
        text.data(), text.data() + text.size(), found.count, std::chars_format::fixed);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() ||
        !std::isfinite(found.count) || found.count < 0 || found.count > count_max ||
        (found.count > 0 && found.count < count_min))
        return std::nullopt;
    return found.count == 0 ? rate{} : found;
}

std::string to_string(rate value) {
    if (value.count == 0)
        return "none";
    std::array<char, 32> digits{};
    auto const thousandths = std::round(value.count * 1'000) / 1'000;
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), thousandths).ptr;
    std::string text{digits.data(), end};
    for (auto const& [letter, per] : units) {
        if (per == value.per)
            return text + '/' + letter;
    }
    return text + "/" + std::to_string(value.per.count()) + " s";
}

} // namespace peyk
