// How messages ended, and who had a unique key.

#include "tests/system/history_checker.hpp"

#include <algorithm>

namespace peyk::test {

namespace {

bool takes_over(publish_traits const& t) {
    return t.conflict == key_conflict::replace || t.conflict == key_conflict::keep_last;
}

// Whether the other's publish may have come after this one's.
bool maybe_after(message_record const& other, message_record const& m) {
    return other.publish == answer::unknown || other.confirmed_at > m.begun_at;
}

} // namespace

void history_checker::add_settle(fates& f,
                                 message_record const& m,
                                 settle_record const& s) const {
    if (s.what == answer::refused) {
        return;
    }
    bool const sure = s.what == answer::ok;
    switch (s.kind) {
    case settle_kind::success:
        f.vanish = f.vanish || !m.traits.expects_result;
        f.result_was_offered = f.result_was_offered || s.result == m.result;
        f.result_matches = f.result_matches && (!sure || s.result == m.result);
        f.succeeded = f.succeeded || sure;
        f.ends += sure ? 1 : 0;
        break;
    case settle_kind::drop:
        f.vanish = true;
        f.dropped = f.dropped || sure;
        f.ends += sure ? 1 : 0;
        break;
    case settle_kind::dead:
        f.die = true;
        f.died = f.died ||
                 (sure && !maybe_changed(m, change_kind::redrive, s.begun_at, end_of_time));
        f.ends += sure ? 1 : 0;
        break;
    case settle_kind::failure:
        f.die = f.die || m.traits.mortal;
        break;
    case settle_kind::again:
        break;
    }
}

history_checker::fates history_checker::fates_of(message_record const& m) const {
    fates f;
    f.revoke = m.traits.expires_ms != 0 || maybe_replaced(m);
    for (auto const token : m.settles) {
        add_settle(f, m, records_.settles.at(token));
    }
    for (auto const* const list : {&m.changes, &records_.sweeps}) {
        for (auto const change : *list) {
            auto const& c = records_.changes[change];
            bool const sure = c.what == answer::ok;
            if (!c.possible(m.begun_at, end_of_time)) {
                continue;
            }
            f.revoke = f.revoke || c.kind == change_kind::cancel;
            f.forget = f.forget || c.kind == change_kind::forget;
            f.cancelled = f.cancelled || (sure && c.kind == change_kind::cancel);
            f.forgotten = f.forgotten || (sure && c.kind == change_kind::forget);
            f.ends += sure && c.kind == change_kind::cancel ? 1 : 0;
            f.redrives += c.kind == change_kind::redrive ? 1 : 0;
        }
    }
    f.vanish = f.vanish || f.forget || (f.revoke && !m.traits.expects_result);
    return f;
}

// Whether another message may have taken its key over.
bool history_checker::maybe_replaced(message_record const& m) const {
    auto const at = by_key_.find(m.traits.key);
    return at != by_key_.end() &&
           std::ranges::any_of(at->second, [&](entry const* other) {
               return &other->second != &m && takes_over(other->second.traits) &&
                      maybe_after(other->second, m);
           });
}

void history_checker::check_end(entry const& each) {
    auto const& [id, m] = each;
    auto const f = fates_of(m);
    v_.results += m.found == end_state::success ? 1 : 0;
    v_.dead += m.found == end_state::dead ? 1 : 0;
    v_.revoked += m.found == end_state::revoked ? 1 : 0;
    if (f.ends > 1 + f.redrives) {
        blame(v_.ended_twice, "its end was confirmed more than once", id);
    }
    if (m.publish == answer::refused) {
        if (m.found != end_state::unknown) {
            blame(v_.phantoms, "known though it was refused", id);
        }
        // What is confirmed is on the disk, and so was its message.
        if (f.ends > 0) {
            blame(v_.phantoms, "its end was confirmed though it was refused", id);
        }
        return;
    }
    switch (m.found) {
    case end_state::unknown:
        check_kept(each, f);
        return;
    case end_state::success:
        if (!m.traits.expects_result) {
            blame(v_.wrong_states, "it keeps no result and has one", id);
        } else if (!f.result_was_offered || !f.result_matches) {
            blame(v_.wrong_results, "another result than settled", id);
        }
        break;
    case end_state::dead:
    case end_state::revoked:
        if (m.found == end_state::dead ? !f.die : !f.revoke) {
            blame(v_.wrong_states, "nothing could end it so", id);
        }
        break;
    case end_state::failed:
        blame(v_.wrong_states, "failed and no dead letter", id);
        break;
    case end_state::live:
        blame(v_.stuck, "not final", id);
        break;
    }
    bool const expected = (!f.cancelled || m.found == end_state::revoked) &&
                          (!f.succeeded || m.found == end_state::success) && !f.dropped &&
                          !f.forgotten;
    if (f.died && m.found != end_state::dead) {
        blame(v_.dead_lost, "no dead letter any more", id);
    } else if (!expected) {
        blame(v_.wrong_states, "another state than was confirmed", id);
    }
}

// The broker knows nothing of it.
void history_checker::check_kept(entry const& each, fates const& f) {
    auto const& [id, m] = each;
    if (m.traits.expects_result && f.succeeded && !f.forget) {
        blame(v_.results_lost, "no result after its settle was confirmed", id);
    } else if (f.died && !f.forget) {
        blame(v_.dead_lost, "a dead letter nobody redrove or forgot", id);
    } else if (m.publish == answer::ok && !f.vanish) {
        blame(v_.lost, "lost", id);
    } else if (m.publish == answer::ok && !f.dropped && !f.succeeded && !f.cancelled &&
               !f.forgotten) {
        ++v_.unverified;
    }
}

// It has the key once it was taken in and waits for nobody, and until anything may have ended it.
history_checker::span history_checker::holding(entry const& of,
                                               std::vector<entry const*> const& sharing) const {
    auto const& m = of.second;
    if (m.publish != answer::ok || m.traits.until != key_until::finish ||
        m.traits.expires_ms != 0) {
        return {};
    }
    span s{m.confirmed_at, end_of_time};
    if (m.traits.conflict == key_conflict::keep_last) {
        if (m.deliveries.empty()) {
            return {};
        }
        s.from = std::max(s.from, m.deliveries.front().at);
    }
    for (auto const token : m.settles) {
        auto const& settled = records_.settles.at(token);
        if (settled.what != answer::refused && settled.kind != settle_kind::again) {
            s.to = std::min(s.to, settled.begun_at);
        }
    }
    for (auto const change : m.changes) {
        auto const& c = records_.changes[change];
        if (c.kind == change_kind::cancel && c.what != answer::refused) {
            s.to = std::min(s.to, c.begun_at);
        }
    }
    for (auto const* other : sharing) {
        if (other != &of && takes_over(other->second.traits) && maybe_after(other->second, m)) {
            s.to = std::min(s.to, other->second.begun_at);
        }
    }
    return s;
}

bool history_checker::maybe_died(message_record const& m) const {
    return std::ranges::any_of(m.settles, [&](history_token token) {
        auto const kind = records_.settles.at(token).kind;
        return kind == settle_kind::dead || kind == settle_kind::failure;
    });
}

void history_checker::check_key(std::vector<entry const*> const& sharing) {
    for (auto const* of : sharing) {
        auto const s = holding(*of, sharing);
        if (s.from >= s.to) {
            continue;
        }
        auto const first = first_token_after(s.from);
        for (auto const* other : sharing) {
            auto const& m = other->second;
            if (other == of) {
                continue;
            }
            // Taken in, though the key was taken.
            bool shared = m.publish == answer::ok && !takes_over(m.traits) &&
                          m.begun_at > s.from && m.confirmed_at < s.to;
            // Or delivered. One that was redriven may be without its key, and another end of the
            // key than that of its message cannot be seen.
            if (m.traits.until == key_until::finish && !maybe_died(m)) {
                shared = shared || std::ranges::any_of(m.deliveries, [&](delivery_record const& d) {
                             return d.token >= first && d.at < s.to;
                         });
            }
            if (shared) {
                blame(v_.keys_shared, "had a key that another had", other->first);
            }
        }
    }
}

} // namespace peyk::test
