#include "client/cli/bench/load.hpp"

#include "client/cli/progress.hpp"

#include <algorithm>
#include <numeric>

namespace peyk::cli::bench {
namespace {

// Messages between publish and settle.
constexpr std::uint64_t cycle_backlog = 5'000;

// A scenario that failed has lost its connections already; the broker is told if it can be.
void close_quietly(link& over) {
    try {
        over.close();
    } catch (std::exception const&) {
        return;
    }
}

} // namespace

producers::producers(rig& on, producer_options const& each) {
    for (std::uint32_t n = 0; n < on.what().connections; ++n) {
        auto over = on.connect("producer");
        auto from = std::make_unique<producer>(*over, each);
        over->start([from = from.get()](answer const& got) { from->take(got); });
        all_.push_back({std::move(over), std::move(from)});
    }
}

producers::~producers() {
    for (auto& each : all_)
        close_quietly(*each.over);
}

void producers::allow(std::uint64_t messages) {
    auto const n = all_.size();
    for (std::size_t at = 0; at < n; ++at)
        all_[at].from->allow(messages / n + (at < messages % n ? 1 : 0));
}

void producers::allow_more(std::uint64_t messages) {
    auto const share = messages / all_.size();
    for (auto& each : all_)
        each.from->allow(each.from->sent() + share);
}

std::uint64_t producers::sent() const {
    return std::accumulate(all_.begin(), all_.end(), std::uint64_t{0}, [](auto sum, auto& each) {
        return sum + each.from->sent();
    });
}

std::uint64_t producers::confirmed() const {
    return std::accumulate(all_.begin(), all_.end(), std::uint64_t{0}, [](auto sum, auto& each) {
        return sum + each.from->confirmed();
    });
}

void producers::on_confirmed(std::function<void(clock::time_point)> const& call) {
    for (auto& each : all_)
        each.from->on_confirmed = call;
}

drains::drains(rig& on, std::uint32_t connections, std::uint32_t credit)
    : drains(on, connections, credit, on.queue()) {}

drains::drains(rig& on, std::uint32_t connections, std::uint32_t credit, std::string const& queue) {
    for (std::uint32_t n = 0; n < connections; ++n) {
        auto over = on.connect("consumer");
        auto to = std::make_unique<drain>(*over, queue, credit);
        over->start([to = to.get()](answer const& got) { to->take(got); });
        all_.push_back({std::move(over), std::move(to)});
    }
}

drains::~drains() {
    for (auto& each : all_)
        close_quietly(*each.over);
}

std::uint64_t drains::settled() const {
    return std::accumulate(all_.begin(), all_.end(), std::uint64_t{0}, [](auto sum, auto& each) {
        return sum + each.to->settled();
    });
}

void drains::on_delivery(std::function<void(std::uint64_t)> const& call) {
    for (auto& each : all_)
        each.to->on_delivery = call;
}

void drains::on_settled(std::function<void()> const& call) {
    for (auto& each : all_)
        each.to->on_settled = call;
}

void drains::keep_deliveries() {
    for (auto& each : all_)
        each.to->settles = false;
}

cycling::cycling(rig& on, producer_options const& each, std::optional<std::uint64_t> count)
    : count_(count), from_(on, each), to_(on, on.what().connections, on.what().credit, each.queue) {
}

void cycling::on_settled(std::function<void()> call) {
    to_.on_settled([this, call = std::move(call)] {
        feed();
        call();
    });
}

void cycling::feed() {
    auto room = underway() < cycle_backlog ? cycle_backlog - underway() : 0;
    if (count_)
        room = std::min(room, *count_ - std::min(*count_, from_.sent()));
    from_.allow_more(room);
}

producer_options producer_of(rig const& on) {
    return {.queue = on.queue(),
            .body_bytes = on.what().size,
            .window = on.what().window,
            .batch = on.what().batch,
            .eta = {},
            .keys = on.what().keys,
            .keyed = key_field::fairness};
}

void fill(rig& on, std::uint64_t messages) {
    fill(on, messages, producer_of(on));
}

void fill(rig& on, std::uint64_t messages, producer_options const& each) {
    {
        progress bar{"filling", messages};
        producers from{on, each};
        from.on_confirmed([&](clock::time_point) {
            bar.show(from.confirmed());
            if (from.confirmed() == messages)
                on.context().stop();
        });
        from.allow(messages);
        on.run();
    }
    on.next_phase();
}

void clear(rig& on) {
    clear(on, on.queue());
}

void clear(rig& on, std::string const& queue) {
    if (on.own() != nullptr)
        return;
    // The broker knows: what it confirmed as the links were closed, nobody has heard.
    auto const messages = on.ready_in(queue);
    if (messages == 0)
        return;
    on.next_phase();
    progress bar{"clearing", messages};
    drains to{on, 1, on.what().credit, queue};
    to.on_settled([&] {
        bar.show(to.settled());
        if (to.settled() == messages)
            on.context().stop();
    });
    on.run();
}

} // namespace peyk::cli::bench
