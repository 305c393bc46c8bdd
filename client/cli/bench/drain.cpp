#include "client/cli/bench/drain.hpp"

#include "client/cli/exit_code.hpp"
#include <peyk/wire/v1/frame.pb.h>

#include <algorithm>

namespace peyk::cli::bench {
namespace {

namespace proto = peyk::wire::v1;

constexpr std::uint32_t consumer_number = 1; // one per session is enough

} // namespace

struct drain::parsed {
    proto::Deliver deliver; // parsing into it again keeps its memory
};

drain::drain(link& over, std::string const& queue, std::uint32_t credit)
    : link_(over), parsed_(std::make_unique<parsed>()) {
    if (link_.limits().credit_max > 0)
        credit = std::min(credit, link_.limits().credit_max);
    proto::Subscribe subscribe;
    subscribe.set_consumer(consumer_number);
    subscribe.add_queues(queue);
    subscribe.set_credit(credit);
    append_frame(
        link_.output(), link_.next_request(), proto::ClientFrame::kSubscribeFieldNumber, subscribe);
    link_.flush();
}

drain::~drain() = default;

bool drain::take(answer const& got) {
    switch (got.kind) {
    case proto::ServerFrame::kSubscribedFieldNumber:
        return true;
    case proto::ServerFrame::kDeliverFieldNumber:
        take_deliveries(got.body);
        return true;
    case proto::ServerFrame::kSettledFieldNumber:
        break;
    default:
        return false;
    }
    // Settled holds refusals and nothing else.
    if (!got.body.empty())
        throw failure{exit_code::refused, "the broker refused to settle what it delivered"};
    auto const found = unconfirmed_.find(got.request);
    if (found == unconfirmed_.end())
        throw failure{exit_code::internal, "the broker confirmed what was not settled"};
    settled_ += found->second;
    unconfirmed_.erase(found);
    if (on_settled)
        on_settled();
    return true;
}

void drain::take_deliveries(std::string_view body) {
    auto& deliver = parsed_->deliver;
    if (!deliver.ParseFromArray(body.data(), static_cast<int>(body.size())))
        throw failure{exit_code::internal, "the broker sent deliveries that cannot be read"};
    tokens_.clear();
    for (auto const& delivery : deliver.deliveries()) {
        tokens_.push_back({delivery.epoch(), delivery.number()});
        if (on_delivery)
            on_delivery(delivery.id_low());
    }
    received_ += tokens_.size();
    if (!settles || tokens_.empty())
        return;
    auto const request = link_.next_request();
    append_drops(link_.output(), request, tokens_);
    unconfirmed_.emplace(request, tokens_.size());
    link_.flush();
}

} // namespace peyk::cli::bench
