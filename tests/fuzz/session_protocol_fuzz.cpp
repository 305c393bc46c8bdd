// Any frames in any order: no crash, no read out of bounds, whatever would be sent is well formed,
// and what is read in place agrees with the generated code about what is well formed.

#include "broker/net/session_protocol.hpp"
#include "proto/frame_codec.hpp"

#include "peyk/wire/v1/frame.pb.h"

#include <cstdlib>

namespace {

using namespace peyk;
using namespace peyk::net;

struct taker final : request_handler {
    std::size_t seen = 0;
    bool called = false; // since it was reset

    void on_hello(core::connect const& what) override {
        called = true;
        seen += what.held.size();
    }
    void on_command(core::any_command const& what) override {
        called = true;
        if (auto const* publish = std::get_if<core::publish>(&what))
            for (auto const& message : publish->messages)
                touch(message);
        if (auto const* settle = std::get_if<core::settle>(&what))
            for (auto const& each : settle->settlements)
                seen += each.verdict.index();
        if (auto const* set = std::get_if<core::set_schedule>(&what))
            touch(set->spec.message);
        if (auto const* report = std::get_if<core::report>(&what))
            touch(report->log);
    }
    void on_question(core::request_id, any_question const& what) override { seen += what.index(); }
    void on_goodbye(bool) override {}

    // Reads every borrowed byte, for the sanitizer to look at.
    void touch(core::message const& message) {
        for (auto const text : {message.queue, message.task, message.content, message.unique.key})
            touch(text);
        for (auto const delay : message.retry_delays_ms)
            seen += delay;
    }
    void touch(std::string_view text) {
        for (char const c : text)
            seen += static_cast<unsigned char>(c);
    }
};

bool parses(std::string_view frame) {
    wire::v1::ClientFrame parsed;
    return parsed.ParseFromArray(frame.data(), static_cast<int>(frame.size()));
}

void check_output(session_protocol& protocol) {
    protocol.seal_deliveries();
    wire::frame_slicer slicer;
    slicer.feed(protocol.out().unsent());
    while (auto const frame = slicer.next().value()) {
        wire::v1::ServerFrame parsed;
        if (!parsed.ParseFromArray(frame->data(), static_cast<int>(frame->size())))
            std::abort();
    }
    slicer.keep();
    if (slicer.held() != 0)
        std::abort();
    protocol.out().drop();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size) {
    static request_decoder decoder;
    static core::limits const limits;
    session_protocol protocol{decoder, {}};
    taker asked;
    wire::frame_slicer slicer;
    slicer.feed({reinterpret_cast<char const*>(bytes), size});
    for (;;) {
        auto const frame = slicer.next();
        if (!frame || !*frame)
            break;
        asked.called = false;
        auto const wrong = protocol.receive(**frame, core::unset, asked);
        if (protocol.now() == session_protocol::state::opening) {
            welcome_facts facts;
            facts.limits = &limits;
            protocol.welcome({}, facts);
        }
        // Nothing that the generated code refuses is acted upon.
        if (asked.called && !parses(**frame))
            std::abort();
        if (wrong) {
            protocol.close(*wrong);
            check_output(protocol);
            break;
        }
        check_output(protocol);
    }
    return 0;
}
