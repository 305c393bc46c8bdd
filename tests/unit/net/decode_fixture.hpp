#pragma once
// Frames of a client, and what they are taken for.

#include "broker/net/wire_convert.hpp"

#include "peyk/wire/v1/frame.pb.h"
#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace peyk::test {

namespace pb = peyk::wire::v1;

inline constexpr core::session_id session{1, 2};

class decoding : public testing::Test {
protected:
    // The frame is kept, because what is decoded borrows from it.
    net::request decode(pb::ClientFrame const& frame) {
        bytes = frame.SerializeAsString();
        return decoder.decode(bytes, session);
    }
    template <class Command>
    Command command(pb::ClientFrame const& frame) {
        return std::get<Command>(std::get<core::any_command>(decode(frame).what));
    }
    // The refusal of a request that is well formed.
    std::string refusal(pb::ClientFrame const& frame) {
        auto const what = decode(frame).what;
        auto const* p = std::get_if<net::problem>(&what);
        if (!p)
            return "accepted";
        EXPECT_FALSE(p->fatal());
        EXPECT_EQ(p->request, core::errc::invalid_argument);
        return p->text;
    }
    static pb::ClientFrame publish(pb::Message const& message) {
        pb::ClientFrame frame;
        frame.set_request(8);
        *frame.mutable_publish()->add_messages() = message;
        return frame;
    }
    static pb::Message message() {
        pb::Message m;
        m.set_id_high(11);
        m.set_id_low(12);
        return m;
    }

    net::request_decoder decoder;
    std::string bytes;
};

} // namespace peyk::test
