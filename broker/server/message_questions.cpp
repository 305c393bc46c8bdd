#include "broker/server/message_questions.hpp"

#include "broker/storage/error.hpp"

#include <utility>

namespace peyk::server {
namespace {

// Contents in one answer. A frame holds 16 MiB, a content at most 4 MiB.
constexpr std::size_t answer_bytes_max = 8u << 20;

// Questions that wait; one has a thousand ids at most.
constexpr std::size_t questions_max = 256;

// Bodies move while they are being read, when the journal is cleaned. More often than this within
// one question is a fault.
constexpr int rounds_max = 4;

} // namespace

message_questions::message_questions(core::broker_state const& state,
                                     content_reader& reader,
                                     answerer answer)
    : state_(state), reader_(reader), answer_(std::move(answer)) {}

bool message_questions::ask(question what) {
    if (waiting_.size() >= questions_max)
        return false;
    waiting_.push_back(std::move(what));
    if (waiting_.size() == 1)
        advance();
    return true;
}

void message_questions::advance() {
    while (!waiting_.empty() && answer_first()) {
        waiting_.pop_front();
        bodies_.clear();
        rounds_ = 0;
    }
}

// False: bodies must be read first. Looks at every message anew each time, for it may have changed
// meanwhile; its content does not.
bool message_questions::answer_first() {
    auto const& asked = waiting_.front();
    bodies_.resize(asked.ids.size());
    std::vector<net::told_message> answer;
    std::size_t bytes = 0;
    for (std::size_t at = 0; at < asked.ids.size(); ++at) {
        auto const kept = state_.whole(asked.ids[at]);
        if (!kept) {
            auto& unknown = answer.emplace_back();
            unknown.message.id = asked.ids[at];
            unknown.content = net::content_state::unknown;
            continue;
        }
        bytes += kept->content_bytes;
        if (bytes > answer_bytes_max && at != 0)
            break;
        auto const& found = bodies_[at];
        if (kept->content_at != core::nowhere && !found.bytes && !found.lost &&
            rounds_ < rounds_max)
            read(at, *kept);
        else
            answer.push_back(told(at, *kept));
    }
    if (reading_ != 0) {
        ++rounds_;
        return false;
    }
    answer_(asked, answer);
    return true;
}

net::told_message message_questions::told(std::size_t index, core::kept_message const& from) const {
    net::told_message whole{from.message, net::content_state::whole};
    if (!from.content_kept)
        whole.content = net::content_state::gone;
    else if (from.content_at != core::nowhere && !bodies_[index].bytes)
        whole.content = net::content_state::lost;
    else if (from.content_at != core::nowhere)
        whole.message.content = *bodies_[index].bytes;
    return whole;
}

void message_questions::read(std::size_t index, core::kept_message const& from) {
    ++reading_;
    reader_.submit({from.content_at, from.content_bytes, [this, index](content_reply&& reply) {
                        on_read(index, std::move(reply));
                    }});
}

void message_questions::on_read(std::size_t index, content_reply&& reply) {
    if (!reply.error)
        bodies_[index].bytes = std::move(reply.content);
    else // what was moved is read from its new place in the next round
        bodies_[index].lost = reply.error != storage::errc::trimmed;
    if (--reading_ == 0)
        advance();
}

} // namespace peyk::server
