#pragma once
// Frames as the tests of net make and read them.

#include "proto/frame_codec.hpp"

#include "peyk/wire/v1/frame.pb.h"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::test {

namespace pb = peyk::wire::v1;

// All frames in what a broker would send.
inline std::vector<pb::ServerFrame> parse_frames(std::string_view bytes) {
    peyk::wire::frame_slicer slicer;
    slicer.feed(bytes);
    std::vector<pb::ServerFrame> out;
    while (auto const payload = slicer.next().value()) {
        if (!out.emplace_back().ParseFromArray(payload->data(), static_cast<int>(payload->size())))
            throw std::runtime_error{"a malformed frame would be sent"};
    }
    slicer.keep();
    if (slicer.held() != 0)
        throw std::runtime_error{"half a frame would be sent"};
    return out;
}

inline pb::ServerFrame parse_frame(std::string_view bytes) {
    auto const all = parse_frames(bytes);
    if (all.size() != 1)
        throw std::runtime_error{std::to_string(all.size()) + " frames would be sent"};
    return all.front();
}

} // namespace peyk::test
