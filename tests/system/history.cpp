#include "tests/system/history.hpp"

#include <algorithm>
#include <functional>
#include <sstream>

namespace peyk::test {

namespace {

constexpr std::size_t details_max = 20;

std::uint64_t hash_of(std::string_view bytes) {
    return std::hash<std::string_view>{}(bytes);
}

std::string name_of(history_id id) {
    std::ostringstream s;
    s << std::hex << id.high << '-' << id.low;
    return s.str();
}

void blame(history::verdict& v, std::uint64_t& count, std::string const& what) {
    ++count;
    if (v.details.size() < details_max) {
        v.details.push_back(what);
    }
}

} // namespace

void history::publishing(history_id id, std::string_view body, bool expects_result) {
    std::lock_guard const lock{mutex_};
    auto& m = messages_[id];
    m.known = true;
    ++begun_;
    m.body = hash_of(body);
    m.expects_result = expects_result;
}

void history::published(history_id id, answer what) {
    std::lock_guard const lock{mutex_};
    messages_[id].publish = what;
}

void history::delivered(history_id id, history_token token, std::string_view body) {
    std::lock_guard const lock{mutex_};
    messages_[id].deliveries.push_back({token, hash_of(body), ++clock_});
    if (!tokens_.try_emplace(token, id).second) {
        ++tokens_reused_;
    }
}

void history::settling(history_id id,
                       history_token token,
                       settle_kind kind,
                       std::string_view result) {
    std::lock_guard const lock{mutex_};
    messages_[id].settles.push_back(token);
    finished_ += kind == settle_kind::final ? 1 : 0;
    settles_[token] = {id, kind, hash_of(result), answer::unknown, 0};
}

void history::settled(history_token token, answer what) {
    std::lock_guard const lock{mutex_};
    auto& s = settles_[token];
    s.what = what;
    if (what == answer::ok) {
        s.confirmed_at = ++clock_;
    }
}

void history::result(history_id id, bool known, std::string_view result) {
    std::lock_guard const lock{mutex_};
    auto& m = messages_[id];
    m.result_asked = true;
    m.result_known = known;
    m.result = hash_of(result);
}

std::uint64_t history::open() const {
    std::lock_guard const lock{mutex_};
    return begun_ - std::min(begun_, finished_);
}

std::vector<history_id> history::expected_results() const {
    std::lock_guard const lock{mutex_};
    std::vector<history_id> ids;
    for (auto const& [id, m] : messages_) {
        if (m.expects_result) {
            ids.push_back(id);
        }
    }
    return ids;
}

void history::left_over(history_id id) {
    std::lock_guard const lock{mutex_};
    messages_[id].left_over = true;
}

bool history::verdict::good() const {
    return lost + results_lost + resurrected + phantoms + damaged + wrong_results + tokens_reused ==
           0;
}

std::string history::verdict::text() const {
    std::ostringstream s;
    s << published << " confirmed publishes, " << deliveries << " deliveries (" << repeated
      << " repeated), " << settles << " confirmed settles, " << results << " results read, "
      << unverified << " ended unseen\n"
      << lost << " confirmed messages lost, " << results_lost << " results lost, " << resurrected
      << " deliveries after a confirmed settle, " << phantoms << " phantoms, " << damaged
      << " damaged bodies, " << wrong_results << " wrong results, " << tokens_reused
      << " tokens used twice";
    for (auto const& d : details) {
        s << "\n  " << d;
    }
    return s.str();
}

history::verdict history::check() const {
    std::lock_guard const lock{mutex_};
    verdict v;
    v.tokens_reused = tokens_reused_;
    for (auto const& [token, s] : settles_) {
        v.settles += s.what == answer::ok ? 1 : 0;
    }
    for (auto const& [id, m] : messages_) {
        check_message(id, m, v);
    }
    return v;
}

void history::check_message(history_id id, message_record const& m, verdict& v) const {
    v.published += m.publish == answer::ok ? 1 : 0;
    v.deliveries += m.deliveries.size();
    if (!m.deliveries.empty()) {
        v.repeated += m.deliveries.size() - 1;
    }
    check_deliveries(id, m, v);
    check_result(id, m, v);
    if (m.publish != answer::ok || m.left_over) {
        return;
    }
    // Drained: whatever was confirmed has ended. A message that keeps its outcome proves it by
    // that; another one only by a settle that was confirmed, or by one whose answer was lost.
    bool confirmed = false;
    bool possible = false;
    for (auto const token : m.settles) {
        auto const& s = settles_.at(token);
        confirmed = confirmed || (s.kind == settle_kind::final && s.what == answer::ok);
        possible = possible || (s.kind == settle_kind::final && s.what == answer::unknown);
    }
    if (confirmed || m.result_known) {
        return;
    }
    if (possible && !m.expects_result) {
        ++v.unverified;
        return;
    }
    blame(v, v.lost, "lost: " + name_of(id));
}

void history::check_deliveries(history_id id, message_record const& m, verdict& v) const {
    std::uint64_t done_at = 0; // the first confirmed final settle
    for (auto const token : m.settles) {
        auto const& s = settles_.at(token);
        if (s.kind == settle_kind::final && s.what == answer::ok &&
            (done_at == 0 || s.confirmed_at < done_at)) {
            done_at = s.confirmed_at;
        }
    }
    for (auto const& d : m.deliveries) {
        if (!m.known || m.publish == answer::refused) {
            blame(v, v.phantoms, "nobody published it: " + name_of(id));
        } else if (d.body != m.body) {
            blame(v, v.damaged, "another body than published: " + name_of(id));
        }
        if (done_at != 0 && d.at > done_at) {
            blame(v, v.resurrected, "delivered after its settle was confirmed: " + name_of(id));
        }
    }
}

void history::check_result(history_id id, message_record const& m, verdict& v) const {
    if (!m.expects_result) {
        return;
    }
    v.results += m.result_known ? 1 : 0;
    bool confirmed = false;
    bool matches_confirmed = true; // every confirmed one: there can be only one outcome
    bool matches_any = false;
    for (auto const token : m.settles) {
        auto const& s = settles_.at(token);
        if (s.kind != settle_kind::final) {
            continue;
        }
        matches_any = matches_any || s.result == m.result;
        if (s.what == answer::ok) {
            confirmed = true;
            matches_confirmed = matches_confirmed && s.result == m.result;
        }
    }
    if (confirmed && !m.result_known) {
        blame(v, v.results_lost, "no result after its settle was confirmed: " + name_of(id));
    } else if (m.result_known && (confirmed ? !matches_confirmed : !matches_any)) {
        blame(v, v.wrong_results, "another result than settled: " + name_of(id));
    }
}

} // namespace peyk::test
