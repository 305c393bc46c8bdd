// The walk over a segment. The input is the part behind the header; because no mutation meets a
// checksum by chance, batches are also built from it, and then damaged at one place of its choice.
// The rule: a batch that is given out is one that was written, and nothing is given out twice.

#include "broker/core/assert.hpp"
#include "broker/storage/log_reader.hpp"
#include "broker/storage/log_writer.hpp"
#include "tests/support/memory_file_system.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace peyk;
using namespace peyk::storage;

constexpr std::uint64_t identity = 0x5eed;
constexpr char const* path = "segment";

std::string with_header(std::string_view rest) {
    auto const header =
        encode(segment_header{.first = {1}, .identity = identity, .file_bytes = 4096});
    return std::string{header.data(), header.size()} + std::string{rest};
}

// The payloads that a reader finds; it must end somewhere inside.
std::vector<std::string> read_all_batches(test::memory_file_system& files) {
    std::vector<std::string> found;
    auto opened = files.open(path, open_mode::read);
    log_reader reader{**opened, path, identity};
    if (!reader.header()) {
        return found;
    }
    for (batch_number expected{1};; ++expected.value) {
        auto const batch = reader.next(expected);
        PEYK_ASSERT(batch); // memory does not fail
        if (!*batch) {
            auto const tail = reader.examine_tail(expected);
            PEYK_ASSERT(tail && tail->begin == reader.offset() && tail->dirty_end >= tail->begin);
            return found;
        }
        found.emplace_back((*batch)->payload);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size) {
    std::string_view const input{reinterpret_cast<char const*>(bytes), size};
    test::memory_file_system files;

    // 1. As it is.
    files.put(path, with_header(input));
    read_all_batches(files);
    files.put(path, std::string{input});
    read_all_batches(files);

    // 2. As the payloads of true batches, cut at its zero bytes, with one byte damaged.
    if (input.size() < 3) {
        return 0;
    }
    files.put(path, with_header(""));
    std::vector<std::string> written;
    log_writer writer{
        *files.open(path, open_mode::write), identity, segment_header_bytes, 1u << 20};
    for (auto rest = input.substr(3); !rest.empty() && written.size() < 64;) {
        auto const end = std::min(rest.find('\0'), rest.size());
        written.emplace_back(rest.substr(0, end));
        batch_number const number{written.size()};
        PEYK_ASSERT(writer.append(number, {number.value - 1}, written.back()));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    PEYK_ASSERT(read_all_batches(files) == written);
    auto const bits = (writer.offset() - segment_header_bytes) * 8;
    auto const choice = static_cast<std::uint64_t>(bytes[0]) | bytes[1] << 8 | bytes[2] << 16;
    if (bits != 0) {
        files.flip_bit(path, segment_header_bytes * 8 + choice % bits);
        auto const found = read_all_batches(files);
        PEYK_ASSERT(found.size() <= written.size());
        PEYK_ASSERT(std::equal(found.begin(), found.end(), written.begin()));
    }
    return 0;
}
