// Who is read, and how fast: what waits for the disk, and what memory and disk have left.

#include "broker/server/engine.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace peyk::server {
namespace {

// Over it nobody reads until the batch in hand is committed: bounds what a slow disk makes us hold.
constexpr std::size_t open_bytes_max = 8u << 20;

// What settling one message without a result takes in the journal, with room to spare.
constexpr std::uint64_t settle_bytes = 256;

// Under pressure it is measured this often even when nothing is committed: refused publishes leave
// no record, and space on the disk can come back without us.
constexpr core::duration measured_every{200};

} // namespace

bool engine::accepting(net::session& from) {
    if (drained_ || stopped_ || failed_ || journal_.open_bytes() >= open_bytes_max) {
        paused_.push_back(from.shared_from_this());
        return false;
    }
    if (gauge_.level() == net::pressure::none)
        return true;
    auto const known = sessions_.find(from.id());
    if (known == sessions_.end() || known->second.session != &from ||
        known->second.read_after <= clock_.now().steady)
        return true;
    paced_.push_back({known->second.read_after, from.shared_from_this()});
    arm_pace_timer();
    return false;
}

void engine::resume_paused() {
    if (paused_.empty() || drained_ || stopped_ || failed_)
        return;
    auto const paused = std::exchange(paused_, {});
    for (auto const& session : paused)
        session->resume_reading();
}

// Under pressure who has published is not read for a while; who has not is none the slower.
void engine::pace(core::session_id publisher) {
    if (gauge_.delay() == core::duration{0})
        return;
    if (auto const known = sessions_.find(publisher); known != sessions_.end())
        known->second.read_after = clock_.now().steady + gauge_.delay();
}

void engine::arm_pace_timer() {
    auto const next = std::ranges::min(paced_, {}, &paced::until).until;
    if (pace_armed_ && pace_at_ <= next)
        return;
    pace_armed_ = true;
    pace_at_ = next;
    pace_timer_.expires_at(std::chrono::steady_clock::time_point{next.time_since_epoch()});
    pace_timer_.async_wait([this](boost::system::error_code ec) {
        if (!ec)
            resume_paced();
    });
}

void engine::resume_paced() {
    pace_armed_ = false;
    auto const now = clock_.now().steady;
    auto const waiting = std::exchange(paced_, {});
    for (auto const& each : waiting) {
        if (each.until <= now)
            each.session->resume_reading();
        else
            paced_.push_back(each);
    }
    if (!paced_.empty())
        arm_pace_timer();
}

// What may come before it is measured again: the open batch, a frame that makes it larger than it
// should be, and the same again of old records that cleaning moves.
std::uint64_t engine::coming_bytes() const {
    return journal_.open_bytes() + 2 * (open_bytes_max + options_.frame_bytes_max);
}

void engine::measure() {
    bool const full =
        !journal_.reserve(state_.stats().messages * settle_bytes + coming_bytes());
    if (full != disk_full_) {
        disk_full_ = full;
        state_.set_gate(full ? core::publish_gate::disk_full : core::publish_gate::open);
        if (full)
            spdlog::warn("the disk is nearly full: publishes are refused, deliveries go on");
        else
            spdlog::info("the disk has room again: publishes are taken");
    }
    auto const before = gauge_.level();
    gauge_.measure(state_.memory_bytes(), journal_.disk_used(), full);
    if (gauge_.level() != before)
        say_pressure();
    if (gauge_.level() != net::pressure::none && !std::exchange(measuring_, true)) {
        measure_timer_.expires_after(measured_every);
        measure_timer_.async_wait([this](boost::system::error_code ec) {
            measuring_ = false;
            if (!ec && !stopped_ && !failed_)
                measure();
        });
    }
}

void engine::say_pressure() const {
    auto const used = state_.memory_bytes() >> 20;
    auto const max = options_.limits.memory_bytes_max >> 20;
    auto const disk = static_cast<int>(journal_.disk_used() * 100);
    switch (gauge_.level()) {
    case net::pressure::none:
        spdlog::info("memory {} of {} MiB, disk {} %: publishers are read at full speed again",
                     used,
                     max,
                     disk);
        break;
    case net::pressure::slowed:
        spdlog::warn(
            "memory {} of {} MiB, disk {} %: publishers are read more slowly", used, max, disk);
        break;
    case net::pressure::refused:
        spdlog::warn("memory {} of {} MiB, disk {} %: publishes are refused", used, max, disk);
        break;
    }
}

// A client that does not read costs only itself: nothing more is delivered to it until it does.
void engine::stalled(net::session& from, bool is) {
    if (find(from.id()).session != &from || stopped_ || failed_)
        return;
    out_.clear();
    state_.set_stalled(from.id(), is, clock_.now(), out_);
    take(out_);
}

} // namespace peyk::server
