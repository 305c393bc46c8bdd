#include "client/cli/bench/producer.hpp"

#include "client/cli/exit_code.hpp"
#include <peyk/message_id.hpp>
#include <peyk/wire/v1/frame.pb.h>

#include <algorithm>

namespace peyk::cli::bench {
namespace {

namespace proto = peyk::wire::v1;

// The low half of an id counts in its low 32 bits; the bits above are random.
constexpr std::uint64_t counter_mask = 0xFFFF'FFFF;

} // namespace

producer::producer(link& over, producer_options options)
    : link_(over), options_(std::move(options)),
      writer_(options_.queue, options_.body_bytes, options_.eta, options_.keys, options_.keyed) {
    auto const id = message_id::make();
    id_.id_high = id.high;
    id_.id_low = id.low & ~counter_mask;
    auto const& limits = link_.limits();
    if (limits.publish_batch_max > 0)
        options_.batch = std::min(options_.batch, limits.publish_batch_max);
    if (limits.in_flight_max > 0)
        options_.window = std::min(options_.window, limits.in_flight_max);
}

void producer::allow(std::uint64_t below) {
    allowed_ = below;
    fill();
}

void producer::fill() {
    bool added = false;
    for (;;) {
        auto const room = options_.window - (sent_ - confirmed_);
        auto const left = allowed_ > sent_ ? allowed_ - sent_ : 0;
        auto const n = std::min<std::uint64_t>({room, left, options_.batch});
        if (n == 0)
            break;
        auto what = id_;
        what.request = link_.next_request();
        what.id_low += sent_;
        what.first = sent_;
        what.messages = static_cast<std::uint32_t>(n);
        what.first_sequence = sent_ + 1;
        what.answered_below = unconfirmed_.empty() ? what.first_sequence
                                                   : unconfirmed_.begin()->second.first_sequence;
        writer_.append(link_.output(), what);
        unconfirmed_.emplace(what.request,
                             in_flight{what.first_sequence, what.messages, clock::now()});
        sent_ += n;
        added = true;
    }
    if (added)
        link_.flush();
}

bool producer::take(answer const& got) {
    if (got.kind != proto::ServerFrame::kPublishedFieldNumber)
        return false;
    auto const found = unconfirmed_.find(got.request);
    if (found == unconfirmed_.end())
        throw failure{exit_code::internal, "the broker confirmed what was not published"};
    // Published holds refusals and nothing else.
    if (!got.body.empty()) {
        proto::Published answer;
        answer.ParseFromArray(got.body.data(), static_cast<int>(got.body.size()));
        if (answer.refused_size() > 0)
            throw failure{exit_code::refused, "the broker refused: " + answer.refused(0).message()};
    }
    auto const batch = found->second;
    unconfirmed_.erase(found);
    confirmed_ += batch.messages;
    if (on_confirmed)
        on_confirmed(batch.sent_at);
    fill();
    return true;
}

} // namespace peyk::cli::bench
