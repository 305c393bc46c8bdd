#include "tests/system/history.hpp"

#include "tests/system/history_checker.hpp"
#include "tests/system/history_records.hpp"

#include <functional>
#include <sstream>
#include <utility>

namespace peyk::test {

namespace {

std::uint64_t hash_of(std::string_view bytes) {
    return std::hash<std::string_view>{}(bytes);
}

} // namespace

std::int64_t wall_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

history::history() : records_(std::make_unique<history_records>()) {}

history::~history() = default;

void history::publishing(history_id id, std::string_view body, publish_traits traits) {
    std::lock_guard const lock{mutex_};
    auto& m = records_->messages[id];
    m.known = true;
    m.body = hash_of(body);
    m.traits = std::move(traits);
    m.begun_at = ++records_->clock;
}

void history::published(history_id id, answer what) {
    std::lock_guard const lock{mutex_};
    auto& m = records_->messages[id];
    m.publish = what;
    if (what == answer::ok) {
        m.confirmed_at = ++records_->clock;
    } else if (what == answer::refused) {
        m.refused_in = records_->epoch;
    }
}

void history::killed() {
    std::lock_guard const lock{mutex_};
    ++records_->epoch;
}

void history::delivered(history_id id, history_token token, std::string_view body, arrival when) {
    std::lock_guard const lock{mutex_};
    records_->messages[id].deliveries.push_back({token, hash_of(body), when, ++records_->clock});
    if (!records_->tokens.try_emplace(token, id).second) {
        ++records_->tokens_reused;
    }
}

void history::settling(history_id id,
                       history_token token,
                       settle_kind kind,
                       std::string_view result,
                       std::int64_t not_before_ms) {
    std::lock_guard const lock{mutex_};
    records_->messages[id].settles.push_back(token);
    settle_record s;
    s.id = id;
    s.token = token;
    s.kind = kind;
    s.result = hash_of(result);
    s.not_before_ms = not_before_ms;
    s.begun_at = ++records_->clock;
    records_->settles[token] = s;
}

void history::settled(history_token token, answer what) {
    std::lock_guard const lock{mutex_};
    auto& s = records_->settles[token];
    s.what = what;
    if (what == answer::ok) {
        s.confirmed_at = ++records_->clock;
    }
}

std::uint64_t history::reporting(history_id id, history_token token) {
    std::lock_guard const lock{mutex_};
    auto const number = ++records_->last_checkpoint;
    records_->messages[id].reports.push_back({token, number, 0});
    return number;
}

void history::reported(history_id id, std::uint64_t checkpoint, answer what) {
    std::lock_guard const lock{mutex_};
    for (auto& r : records_->messages[id].reports) {
        if (r.number == checkpoint && what == answer::ok) {
            r.confirmed_at = ++records_->clock;
        }
    }
}

std::size_t
history::changing(change_kind kind, std::optional<history_id> id, std::int64_t due_ms) {
    std::lock_guard const lock{mutex_};
    auto const change = records_->changes.size();
    change_record c;
    c.kind = kind;
    c.due_ms = due_ms;
    c.begun_at = ++records_->clock;
    records_->changes.push_back(c);
    (id ? records_->messages[*id].changes : records_->sweeps).push_back(change);
    return change;
}

void history::changed(std::size_t change, answer what) {
    std::lock_guard const lock{mutex_};
    auto& c = records_->changes.at(change);
    c.what = what;
    c.ended_at = ++records_->clock;
}

std::vector<history_id> history::all() const {
    std::lock_guard const lock{mutex_};
    std::vector<history_id> ids;
    for (auto const& [id, m] : records_->messages) {
        ids.push_back(id);
    }
    return ids;
}

void history::found(history_id id, end_state state, std::string_view result) {
    std::lock_guard const lock{mutex_};
    auto& m = records_->messages[id];
    m.found = state;
    m.result = hash_of(result);
}

history::verdict history::check() const {
    std::lock_guard const lock{mutex_};
    return history_checker{*records_}.check();
}

std::uint64_t history::verdict::violations() const {
    return lost + stuck + results_lost + dead_lost + resurrected + after_cancel + early +
           ended_twice + keys_shared + checkpoints_lost + phantoms + damaged + wrong_states +
           wrong_results + tokens_reused;
}

std::string history::verdict::text() const {
    std::ostringstream s;
    s << published << " confirmed publishes (" << refused << " refused), " << deliveries
      << " deliveries (" << repeated << " repeated), " << settles << " confirmed settles, "
      << checkpoints << " checkpoints, " << changes << " confirmed changes, " << results
      << " results read, " << dead << " dead letters, " << revoked << " revoked, " << unverified
      << " ended unseen, " << taken_back << " delivered, lost and refused\n"
      << lost << " confirmed messages lost, " << stuck << " stuck, " << results_lost
      << " results lost, " << dead_lost << " dead letters lost, " << resurrected
      << " deliveries after a confirmed end, " << after_cancel << " after a confirmed cancel, "
      << early << " before their time, " << ended_twice << " ended twice, " << keys_shared
      << " shared keys, " << checkpoints_lost << " checkpoints lost, " << phantoms
      << " phantoms, " << damaged << " damaged bodies, " << wrong_states << " wrong states, "
      << wrong_results << " wrong results, " << tokens_reused << " tokens used twice";
    for (auto const& d : details) {
        s << "\n  " << d;
    }
    return s.str();
}

} // namespace peyk::test
