#pragma once
// Streams of frames for the tests of both cutters.

#include "proto/frame_codec.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace peyk::test {

inline std::string frame(std::string_view payload) {
    std::string bytes;
    wire::append_frame_header(bytes, payload.size());
    bytes += payload;
    return bytes;
}

inline std::string header(std::uint32_t length) {
    std::string bytes;
    wire::append_frame_header(bytes, length);
    return bytes;
}

inline std::vector<std::string> payloads() {
    return {"a", "bc", std::string(300, 'd'), "e", std::string(5000, 'f'), "gh"};
}

inline std::string stream() {
    std::string bytes;
    for (auto const& payload : payloads())
        bytes += frame(payload);
    return bytes;
}

} // namespace peyk::test
