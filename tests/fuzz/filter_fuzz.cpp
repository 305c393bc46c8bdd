// Any text is a filter or a filter_error within the text; what is a filter can be written again,
// and is read as the same selector at another time.

#include <peyk/filter.hpp>

#include <cstdlib>

namespace {

using namespace peyk;

// Times are written with milliseconds.
selector whole_milliseconds(selector which) {
    using std::chrono::milliseconds;
    for (auto* at : {&which.published_after, &which.published_before}) {
        if (*at)
            *at = std::chrono::floor<milliseconds>(**at);
    }
    return which;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size) {
    std::string_view const text{reinterpret_cast<char const*>(bytes), size};
    auto const now = std::chrono::system_clock::from_time_t(1'893'456'000); // 2030-01-01
    selector which;
    try {
        which = parse_filter(text, now);
    } catch (filter_error const& wrong) {
        bool const told = wrong.position() <= text.size() && *wrong.what() != '\0';
        if (!told)
            std::abort();
        return 0;
    }
    auto const again = to_string(which);
    if (again.size() > filter_bytes_max) // a short time or state, written in full
        return 0;
    if (parse_filter(again, now + std::chrono::hours{1}) != whole_milliseconds(which))
        std::abort();
    return 0;
}
