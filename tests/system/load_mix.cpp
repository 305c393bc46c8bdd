#include "tests/system/load_mix.hpp"

#include <charconv>
#include <chrono>

namespace peyk::test {

namespace {

namespace pb = peyk::wire::v1;
using std::chrono::milliseconds;

constexpr std::uint64_t keys = 40;
constexpr milliseconds retry_delay{20};
constexpr std::uint32_t key_ttl_s = 1;

// One in `n`.
bool one_in(std::mt19937_64& random, std::uint64_t n) {
    return random() % n == 0;
}

std::int64_t soon(std::mt19937_64& random, std::uint64_t longest_ms) {
    return wall_ms() + 1 + static_cast<std::int64_t>(random() % longest_ms);
}

time_point time_of(std::int64_t ms) {
    return time_point{milliseconds{ms}};
}

} // namespace

mixed_message any_message(std::mt19937_64& random, bool only_tasks) {
    mixed_message m;
    m.task = only_tasks || one_in(random, 2);
    m.side = one_in(random, 4);
    m.track_started = one_in(random, 4);
    m.priority = static_cast<std::uint8_t>(random() % 3);
    m.curve = static_cast<peyk::backoff>(random() % 5);
    m.traits.expects_result = m.task;
    if (one_in(random, 10)) {
        m.traits.eta_ms = soon(random, 500);
    }
    if (one_in(random, 12)) { // delivered before it
        m.max_retries = random() % 2;
        m.traits.mortal = true;
    }
    if (one_in(random, 10)) {
        m.traits.key = "key " + std::to_string(random() % keys);
        m.traits.until = static_cast<key_until>(random() % 3);
        m.traits.conflict = static_cast<key_conflict>(random() % 4);
    } else if (one_in(random, 15)) {
        m.traits.expires_ms = 50 + soon(random, 1'000);
    }
    return m;
}

void describe(mixed_message const& what, pb::Message& in) {
    in.set_queue(what.side ? side_queue : load_queue);
    in.set_priority(what.priority);
    if (what.task) {
        in.set_task("load.task");
        in.mutable_result()->set_ttl_s(3'600);
        in.mutable_result()->set_track_started(what.track_started);
    }
    in.set_eta_ms(what.traits.eta_ms);
    in.set_expires_ms(what.traits.expires_ms);
    auto& retry = *in.mutable_retry();
    retry.set_max_retries(what.max_retries);
    retry.set_backoff(static_cast<pb::Backoff>(what.curve));
    retry.set_base_ms(retry_delay.count());
    retry.set_factor_percent(100);
    retry.set_max_ms(retry_delay.count());
    if (what.curve == backoff::list) {
        retry.add_delays_ms(1);
        retry.add_delays_ms(retry_delay.count());
    }
    in.set_max_crashes(tireless);
    if (!what.traits.key.empty()) {
        auto& unique = *in.mutable_unique();
        unique.set_key(what.traits.key);
        unique.set_until(static_cast<pb::UniqueUntil>(what.traits.until));
        unique.set_on_conflict(static_cast<pb::OnConflict>(what.traits.conflict));
        unique.set_ttl_s(what.traits.until == key_until::ttl ? key_ttl_s : 0);
    }
}

void describe(mixed_message const& what, peyk::message& in) {
    in.queue = what.side ? side_queue : load_queue;
    in.priority = what.priority;
    if (what.task) {
        in.task = "load.task";
        in.result =
            result_policy{.ttl = std::chrono::hours{1}, .track_started = what.track_started};
    }
    if (what.traits.eta_ms != 0) {
        in.eta = time_of(what.traits.eta_ms);
    }
    if (what.traits.expires_ms != 0) {
        in.expires_at = time_of(what.traits.expires_ms);
    }
    in.retry = retry_policy{.max_retries = what.max_retries,
                            .backoff = what.curve,
                            .base = retry_delay,
                            .factor = 1.0,
                            .max = retry_delay};
    if (what.curve == backoff::list) {
        in.retry->delays = {milliseconds{1}, retry_delay};
    }
    in.max_crashes = tireless;
    if (!what.traits.key.empty()) {
        in.unique =
            uniqueness{.key = what.traits.key,
                       .until = static_cast<unique_until>(what.traits.until),
                       .on_conflict = static_cast<peyk::on_conflict>(what.traits.conflict),
                       .ttl = std::chrono::seconds{
                           what.traits.until == key_until::ttl ? key_ttl_s : 0}};
    }
}

std::uint64_t number_of(std::string_view checkpoint) {
    std::uint64_t number = 0;
    std::from_chars(checkpoint.data(), checkpoint.data() + checkpoint.size(), number);
    return number;
}

settle_kind mixed_verdict::kind() const {
    switch (what) {
    case word::success:
        return settle_kind::success;
    case word::drop:
        return settle_kind::drop;
    case word::dead:
    case word::permanent:
        return settle_kind::dead;
    case word::failure:
        return settle_kind::failure;
    case word::retry:
    case word::snooze:
    case word::release:
    case word::hold_task:
    case word::hold_queue:
        break;
    }
    return settle_kind::again;
}

std::int64_t mixed_verdict::not_before_ms() const {
    return what == word::retry || what == word::snooze ? at_ms : 0;
}

mixed_verdict any_verdict(std::mt19937_64& random) {
    using word = mixed_verdict::word;
    mixed_verdict v;
    auto const roll = random() % 1'000;
    if (roll < 40) {
        v.what = word::failure;
    } else if (roll < 60) {
        v.what = word::retry;
        v.at_ms = soon(random, 100);
    } else if (roll < 80) {
        v.what = word::snooze;
        v.at_ms = soon(random, 100);
    } else if (roll < 110) {
        v.what = word::release;
    } else if (roll < 130) {
        v.what = word::drop;
    } else if (roll < 145) {
        v.what = word::dead;
    } else if (roll < 160) {
        v.what = word::permanent;
    } else if (roll < 162) { // everybody waits then
        v.what = one_in(random, 2) ? word::hold_task : word::hold_queue;
        v.at_ms = soon(random, 20);
    }
    return v;
}

void describe(mixed_verdict const& what, std::string const& result, pb::Settlement& in) {
    using word = mixed_verdict::word;
    switch (what.what) {
    case word::success:
        in.mutable_success()->set_result(result);
        in.mutable_success()->set_content_type("text/plain");
        break;
    case word::drop:
        in.mutable_drop();
        break;
    case word::dead:
        in.mutable_dead()->mutable_error()->set_type("hopeless");
        break;
    case word::permanent:
        in.mutable_failure()->mutable_error()->set_type("never");
        in.mutable_failure()->set_permanent(true);
        break;
    case word::failure:
        in.mutable_failure()->mutable_error()->set_type("not yet");
        break;
    case word::retry:
        in.mutable_retry()->set_at_ms(what.at_ms);
        in.mutable_retry()->mutable_error()->set_type("later");
        break;
    case word::snooze:
        in.mutable_snooze()->set_at_ms(what.at_ms);
        break;
    case word::release:
        in.mutable_release();
        break;
    case word::hold_task:
    case word::hold_queue:
        in.mutable_rate_limited()->set_until_ms(what.at_ms);
        in.mutable_rate_limited()->set_scope(what.what == word::hold_task ? pb::HOLD_TASK
                                                                          : pb::HOLD_QUEUE);
        break;
    }
}

peyk::outcome outcome_of(mixed_verdict const& what, std::string const& result) {
    using word = mixed_verdict::word;
    auto const at = time_of(what.at_ms);
    switch (what.what) {
    case word::success:
        break;
    case word::drop:
        return verdict::drop{};
    case word::dead:
        return verdict::dead{{"hopeless", "", ""}};
    case word::permanent:
        return verdict::failure{{"never", "", ""}, true};
    case word::failure:
        return verdict::failure{{"not yet", "", ""}, false};
    case word::retry:
        return verdict::retry{at, {"later", "", ""}};
    case word::snooze:
        return verdict::snooze{at};
    case word::release:
        return verdict::release{};
    case word::hold_task:
        return verdict::rate_limited{at, hold_scope::task};
    case word::hold_queue:
        return verdict::rate_limited{at, hold_scope::queue};
    }
    return verdict::success{result, "text/plain"};
}

} // namespace peyk::test
