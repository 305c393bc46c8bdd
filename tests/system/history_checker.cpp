// What was delivered, and when.

#include "tests/system/history_checker.hpp"

#include <algorithm>
#include <sstream>

namespace peyk::test {

namespace {

constexpr std::size_t details_max = 20;
constexpr history_token last_token{end_of_time, end_of_time};

bool is_end(settle_kind kind) {
    return kind == settle_kind::success || kind == settle_kind::drop || kind == settle_kind::dead;
}

} // namespace

history_checker::history_checker(history_records const& records) : records_(records) {
    for (auto const& each : records_.messages) {
        auto const& m = each.second;
        if (!m.traits.key.empty() && m.publish != answer::refused) {
            by_key_[m.traits.key].push_back(&each);
        }
        for (auto const& d : m.deliveries) {
            auto& first = tokens_after_.try_emplace(m.begun_at, last_token).first->second;
            first = std::min(first, d.token);
        }
    }
    history_token least = last_token;
    for (auto at = tokens_after_.rbegin(); at != tokens_after_.rend(); ++at) {
        least = std::min(least, at->second);
        at->second = least;
    }
}

history_token history_checker::first_token_after(history_time moment) const {
    auto const at = tokens_after_.upper_bound(moment);
    return at == tokens_after_.end() ? last_token : at->second;
}

void history_checker::blame(std::uint64_t& count, std::string const& what, history_id id) {
    ++count;
    if (v_.details.size() < details_max) {
        std::ostringstream s;
        s << what << ": " << std::hex << id.high << '-' << id.low;
        v_.details.push_back(s.str());
    }
}

history::verdict history_checker::check() {
    v_ = {};
    v_.tokens_reused = records_.tokens_reused;
    for (auto const& [token, s] : records_.settles) {
        v_.settles += s.what == answer::ok ? 1 : 0;
    }
    for (auto const& c : records_.changes) {
        v_.changes += c.what == answer::ok ? 1 : 0;
    }
    for (auto const& each : records_.messages) {
        check_message(each);
    }
    for (auto const& [key, sharing] : by_key_) {
        check_key(sharing);
    }
    return v_;
}

void history_checker::check_message(entry const& each) {
    auto const& m = each.second;
    v_.published += m.publish == answer::ok ? 1 : 0;
    v_.refused += m.publish == answer::refused ? 1 : 0;
    v_.deliveries += m.deliveries.size();
    if (!m.deliveries.empty()) {
        v_.repeated += m.deliveries.size() - 1;
    }
    for (auto const& r : m.reports) {
        v_.checkpoints += r.confirmed_at != 0 ? 1 : 0;
    }
    for (auto const& d : m.deliveries) {
        check_delivery(each, d);
        check_time(each, d);
        check_checkpoint(each, d);
    }
    check_end(each);
}

void history_checker::check_delivery(entry const& each, delivery_record const& d) {
    auto const& [id, m] = each;
    // A delivery does not wait for the disk. With a broker that was killed before it had written
    // the message that one is gone, and may be refused when it is sent again.
    bool const taken_back = m.publish == answer::refused && d.token.epoch < m.refused_in;
    v_.taken_back += taken_back ? 1 : 0;
    if (!m.known) {
        blame(v_.phantoms, "nobody published it", id);
    } else if (m.publish == answer::refused && !taken_back) {
        blame(v_.phantoms,
              "delivered in epoch " + std::to_string(d.token.epoch) + ", refused by " +
                  std::to_string(m.refused_in),
              id);
    } else if (d.body != m.body) {
        blame(v_.damaged, "another body than published", id);
    }
    for (auto const token : m.settles) {
        auto const& s = records_.settles.at(token);
        bool const after = s.what == answer::ok && is_end(s.kind) && d.at > s.confirmed_at &&
                           d.token > s.token;
        if (after && !(s.kind == settle_kind::dead &&
                       maybe_changed(m, change_kind::redrive, s.begun_at, d.at))) {
            blame(v_.resurrected, "delivered after its end was confirmed", id);
        }
    }
    // A delivery that was on its way may be read later: only its token says when it was made.
    for (auto const change : m.changes) {
        auto const& c = records_.changes[change];
        if (c.what != answer::ok || d.at < c.ended_at || d.token < first_token_after(c.ended_at)) {
            continue;
        }
        if (c.kind == change_kind::cancel) {
            blame(v_.after_cancel, "delivered after its cancel was confirmed", id);
        } else if (c.kind == change_kind::forget) {
            blame(v_.resurrected, "delivered after it was forgotten", id);
        }
    }
}

void history_checker::check_time(entry const& each, delivery_record const& d) {
    auto const& [id, m] = each;
    if (d.when.at_ms < m.traits.eta_ms && !maybe_due(m, m.begun_at, d)) {
        blame(v_.early, "delivered before its eta", id);
        return;
    }
    for (auto const token : m.settles) {
        auto const& s = records_.settles.at(token);
        if (s.what == answer::ok && d.at > s.confirmed_at && d.token > s.token &&
            d.when.at_ms < s.not_before_ms && !maybe_due(m, s.begun_at, d)) {
            blame(v_.early, "delivered before the time its worker gave", id);
            return;
        }
    }
}

void history_checker::check_checkpoint(entry const& each, delivery_record const& d) {
    auto const& [id, m] = each;
    std::uint64_t durable = 0;
    bool reported = d.when.checkpoint == 0;
    for (auto const& r : m.reports) {
        reported = reported || r.number == d.when.checkpoint;
        if (r.confirmed_at != 0 && r.confirmed_at < d.at && r.token < d.token) {
            durable = std::max(durable, r.number);
        }
    }
    if (d.when.checkpoint < durable || !reported) {
        blame(v_.checkpoints_lost, "an older checkpoint than the durable one", id);
    }
}

template <class Visit>
void history_checker::each_change(message_record const& m, change_kind kind, Visit visit) const {
    for (auto const* const list : {&m.changes, &records_.sweeps}) {
        for (auto const change : *list) {
            if (auto const& c = records_.changes[change]; c.kind == kind) {
                visit(c);
            }
        }
    }
}

bool history_checker::maybe_changed(message_record const& m,
                                    change_kind kind,
                                    history_time from,
                                    history_time to) const {
    bool maybe = false;
    each_change(m, kind, [&](change_record const& c) { maybe = maybe || c.possible(from, to); });
    return maybe;
}

bool history_checker::maybe_due(message_record const& m,
                                history_time from,
                                delivery_record const& d) const {
    bool maybe = false;
    each_change(m, change_kind::reschedule, [&](change_record const& c) {
        maybe = maybe || (c.possible(from, d.at) && c.due_ms <= d.when.at_ms);
    });
    return maybe;
}

} // namespace peyk::test
