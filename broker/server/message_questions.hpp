#pragma once
// Questions for whole messages. Bodies that have left memory are read back, for one question after
// the other, so that no delivery waits for more of such reads than one answer holds. One thread.

#include "broker/core/broker_state.hpp"
#include "broker/net/wire_convert.hpp"
#include "broker/server/content_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace peyk::server {

class message_questions {
public:
    struct question {
        core::session_id session;
        std::uint64_t connection = 0; // tells whether its client is still there
        core::request_id request;
        std::vector<core::message_id> ids;
    };
    // The messages in the order asked, without those at the end whose contents are too much for one
    // answer. Borrowed. Called on the loop, also inside of ask().
    using answerer = std::function<void(question const&, std::span<net::told_message const>)>;

    // Outlived by `state` and `reader`.
    message_questions(core::broker_state const& state, content_reader& reader, answerer answer);

    // False: as many questions wait as may.
    [[nodiscard]] bool ask(question what);

private:
    // What was read of the body of one message.
    struct body {
        std::optional<std::string> bytes;
        bool lost = false;
    };

    void advance();
    [[nodiscard]] bool answer_first();
    void read(std::size_t index, core::kept_message const& from);
    void on_read(std::size_t index, content_reply&& reply);
    [[nodiscard]] net::told_message told(std::size_t index, core::kept_message const& from) const;

    core::broker_state const& state_;
    content_reader& reader_;
    answerer answer_;
    std::deque<question> waiting_; // the first is being answered
    std::vector<body> bodies_;     // of the first
    std::size_t reading_ = 0;      // of them, by the reader
    int rounds_ = 0;
};

} // namespace peyk::server
