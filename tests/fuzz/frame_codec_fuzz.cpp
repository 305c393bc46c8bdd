// Both cutters find the same frames in any stream, however it is cut, and the same error.

#include "proto/frame_codec.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

using namespace peyk::wire;

constexpr std::size_t frame_max = 4096;

struct outcome {
    std::vector<std::string> frames;
    bool failed = false;

    bool operator==(outcome const&) const = default;
};

outcome read(std::string_view stream, std::size_t step) {
    outcome out;
    frame_reader reader{frame_max};
    for (std::size_t at = 0; at < stream.size(); at += step) {
        auto const chunk = stream.substr(at, step);
        auto const room = reader.prepare(chunk.size());
        std::memcpy(room.data(), chunk.data(), chunk.size());
        reader.commit(chunk.size());
        for (;;) {
            auto const frame = reader.next();
            if (!frame) {
                out.failed = true;
                return out;
            }
            if (!*frame)
                break;
            out.frames.emplace_back(**frame);
        }
    }
    return out;
}

outcome slice(std::string_view stream, std::size_t step) {
    outcome out;
    frame_slicer slicer{frame_max};
    for (std::size_t at = 0; at < stream.size(); at += step) {
        std::string chunk{stream.substr(at, step)};
        slicer.feed(chunk);
        for (;;) {
            auto const frame = slicer.next();
            if (!frame) {
                out.failed = true;
                return out;
            }
            if (!*frame)
                break;
            out.frames.emplace_back(**frame);
        }
        slicer.keep();
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size) {
    if (size < 1)
        return 0;
    std::size_t const step = 1 + bytes[0];
    std::string_view const stream{reinterpret_cast<char const*>(bytes) + 1, size - 1};
    auto const whole = read(stream, std::max<std::size_t>(stream.size(), 1));
    if (read(stream, step) != whole || slice(stream, step) != whole)
        std::abort();
    return 0;
}
