// The small files beside the segments, and a start in a directory that holds the input under each
// of their names. The rule: a start never crashes, and never takes a damaged journal for a whole
// one.

#include "broker/core/assert.hpp"
#include "broker/storage/file_log.hpp"
#include "broker/storage/verify.hpp"
#include "tests/support/memory_file_system.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace peyk;
using namespace peyk::storage;

constexpr std::uint64_t batches = 20;

file_log_options options() {
    return {.directory = "journal",
            .segment_bytes = 1024,
            .ballast_bytes = 0,
            .free_bytes_min = 0,
            .background = false,
            .identity = 0x5eed};
}

test::memory_file_system const& whole_journal() {
    static auto const made = [] {
        auto files = std::make_unique<test::memory_file_system>();
        auto log = file_log::open(*files, options());
        PEYK_ASSERT(log && (*log)->replay([](auto, auto) {}));
        for (std::uint64_t n = 1; n <= batches; ++n) {
            PEYK_ASSERT((*log)->append({n}, std::string(n * 7, 'x')));
        }
        return files;
    }();
    return *made;
}

void start_with(std::string const& name, std::string_view bytes) {
    auto const files = whole_journal().copy();
    files->put("journal/" + name, std::string{bytes});
    static_cast<void>(verify(*files, "journal"));
    auto const log = file_log::open(*files, options());
    if (!log) {
        PEYK_ASSERT(!log.error().sentence().empty());
        return;
    }
    auto const replayed = (*log)->replay([](auto, auto) {});
    PEYK_ASSERT(replayed ? replayed->batches == batches : !(*log)->last_error().empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size) {
    std::string_view const input{reinterpret_cast<char const*>(bytes), size};
    static_cast<void>(decode_watermark(input));
    static_cast<void>(decode_format(input, "FORMAT"));
    static_cast<void>(parse_segment_name(input));
    static_cast<void>(decode_segment_header(input));
    for (auto const* const name :
         {"FORMAT", "0000000000000001.log", "00000000000000ff.log", "BALLAST", "spare"}) {
        start_with(name, input);
    }
    return 0;
}
