#include "tests/simulation/oracle.hpp"

#include "tests/simulation/owned_record.hpp"
#include "tests/simulation/trace.hpp"

#include <algorithm>

namespace peyk::simulation {

using namespace core;

oracle::oracle(core::limits const& limits, draft_map const& drafts)
    : limits_(limits), recorded_(drafts), durable_(drafts) {}

void oracle::called(call const& what, output const& out) {
    // 1. What the call was about, as it stood before.
    snapshot before;
    if (what.command) {
        before = look_at(*what.command);
        expect_deliveries(*what.command, out);
    }
    if (what.kind == call_kind::recovered) {
        recovered_at_ = what.now.steady;
        advanced_to_ = what.now;
        last_turn_ = {};
        advanced_ = false;
        for (auto const& [number, m] : recorded_.messages()) {
            if (m.state == message_state::leased) {
                lost_at_[m.holder] = what.now.steady;
                renew(m.lease, what.now.wall, true);
            }
        }
        for (auto const& [id, sweep] : recorded_.sweeps()) {
            sweeps_[id] = {what.now.steady, sweep.changed, {}};
        }
    }
    advancing_ = what.kind == call_kind::advance;
    if (advancing_) {
        advanced_to_ = what.now;
        advanced_ = true;
        just_lost_.clear();
    }
    check_closed(what, out);
    // 2. Facts, in order, each with its reason.
    ended_as_.clear();
    taken_away_.clear();
    auto const* publishes = what.command ? std::get_if<publish>(what.command) : nullptr;
    if (publishes && connections_.contains(publishes->session)) {
        publish_all(*publishes, what, out);
    } else {
        take_records(what, out, 0, out.records.size());
    }
    for (auto const& d : out.deliveries) {
        if (!recorded_.leased_by(d.token)) {
            throw violation{"a delivery without a lease: " + text(d)};
        }
    }
    if (auto const* c = what.command ? std::get_if<settle>(what.command) : nullptr) {
        for (std::size_t i = 0; i < c->settlements.size(); ++i) {
            if (before.items[i] && ended_as_.contains(c->settlements[i].token)) {
                settled_.insert(c->settlements[i].token);
            }
        }
    }
    // 3. Answers.
    if (what.command) {
        check_answer(what, before, out);
    }
    check_updates(out);
    check_swept(what, out);
}

void oracle::take_records(call const& what, output const& out, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
        check_record(what, i, out);
        apply(out.records[i], what.now.wall);
    }
}

void oracle::apply(any_record const& record, wall_time now) {
    auto const number = std::visit(
        [](auto const& r) {
            if constexpr (requires { r.number; }) {
                return r.number;
            } else {
                return message_number{};
            }
        },
        record);
    auto const* was = recorded_.find(number);
    auto const lease = was ? was->lease : delivery_token{};
    recorded_.apply(record);
    begins_anew(record);
    if (auto const* l = std::get_if<record::leased>(&record)) {
        renew(l->token, now, true);
    }
    auto const* is = recorded_.find(number);
    if (lease.number != 0 && recorded_.ended(lease) && !(is && is->lease == lease)) {
        ended_as_[lease] = is ? std::optional{*is} : std::nullopt;
    }
}

void oracle::heard(session_id session, steady_time now) {
    if (auto const at = connections_.find(session); at != connections_.end()) {
        at->second.heard = now;
    }
}

void oracle::stalled(session_id session, bool is) {
    if (auto const at = connections_.find(session); at != connections_.end()) {
        at->second.stalled = is;
    }
}

// A fire that finds no room is tried again a second later.
void oracle::set_gate(bool disk_full) {
    if (disk_full || disk_full_) {
        full_until_ = advanced_to_.wall + std::chrono::seconds{2};
    }
    disk_full_ = disk_full;
}

void oracle::renew(delivery_token token, wall_time now, bool for_sure) {
    auto const* m = recorded_.leased_by(token);
    if (!m) {
        return;
    }
    auto const lease = recorded_.settings(m->queue).lease_ms;
    auto const end = lease ? now + duration{*lease} : never;
    auto& p = patience_[token];
    p.may = for_sure ? end : std::min(p.may, end);
    p.must = for_sure ? end : std::max(p.must, end);
}

void oracle::logged(any_record const& record, storage::placement where) {
    pending_.emplace_back(where, owned_record{record});
}

void oracle::committed(storage::batch_number batch, visitor const& visit) {
    while (!pending_.empty() && storage::batch_of(pending_.front().first.at) <= batch) {
        auto const& [where, record] = pending_.front();
        durable_.apply(record.get());
        visit(record.get(), where);
        pending_.pop_front();
    }
}

void oracle::crashed() {
    pending_.clear();
    recorded_ = durable_;
    connections_.clear();
    lost_at_.clear();
    advanced_to_ = {};
    started_.clear();
    questions_.clear();
    patience_.clear();
    sweeps_.clear();
    fired_up_to_.clear();
    full_until_ = unset;
    std::erase_if(settled_, [this](delivery_token t) { return !durable_.ended(t); });
    for (auto const id : confirmed_) {
        if (!durable_.find(id) && !durable_.gone(id)) {
            throw violation{"a confirmed message is in no state: " + text(id)};
        }
    }
}

} // namespace peyk::simulation
