// Scenarios of messages that wait for their time: scheduled, punctual.

#include "client/cli/bench/load.hpp"
#include "client/cli/bench/machine.hpp"
#include "client/cli/bench/measured_run.hpp"
#include "client/cli/bench/restart.hpp"
#include "client/cli/bench/samples.hpp"
#include "client/cli/bench/scenarios.hpp"
#include "client/cli/exit_code.hpp"
#include "client/cli/progress.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <csignal>
#include <vector>

namespace peyk::cli::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr std::uint64_t scheduled_count = 5'000'000;
constexpr std::uint64_t first_count = 1'000;
constexpr milliseconds horizon = std::chrono::days{90};

constexpr std::uint64_t punctual_count = 100'000;
constexpr milliseconds stretch{10'000};
// From the end of publishing to the first eta: the load must not be measured.
constexpr milliseconds lead{3'000};
// Publishing 100,000 messages takes less; later etas are later by as much.
constexpr milliseconds publishing{5'000};

std::int64_t now_ms() {
    return std::chrono::floor<milliseconds>(system_clock::now()).time_since_epoch().count();
}

void require_own(rig& on) {
    if (on.own() == nullptr) {
        throw failure{exit_code::usage,
                      on.what().scenario +
                          " restarts its broker, so it needs one of its own; leave out --url"};
    }
}

// Spreads by a multiplicative hash (Knuth, TAOCP 6.4): every millisecond is as likely, and no two
// runs differ.
std::uint64_t spread(std::uint64_t n, std::uint64_t over) {
    constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;
    return (n * golden >> 20) % over;
}

// What came, and how late; outlives the restart.
struct punctuality {
    explicit punctuality(std::uint64_t messages) : seen(messages) {}

    std::vector<bool> seen; // by n: a delivery cut off by the restart comes again
    std::uint64_t count = 0;
    std::int64_t first_eta = 0;
    std::uint64_t id_low = 0;
    std::int64_t left_out_before = 0; // etas that passed while the broker was down are told apart
    std::uint64_t left_out = 0;
    samples late;

    [[nodiscard]] std::int64_t eta_of(std::uint64_t n) const {
        return first_eta + static_cast<std::int64_t>(n) * stretch.count() /
                               static_cast<std::int64_t>(seen.size());
    }

    void take(std::uint64_t n) {
        if (seen.at(n))
            return;
        seen[n] = true;
        ++count;
        auto const eta = eta_of(n);
        if (eta < left_out_before) {
            ++left_out;
            return;
        }
        auto const after = system_clock::now() - system_clock::time_point{milliseconds{eta}};
        if (after.count() < 0)
            throw failure{exit_code::internal, "a message came before its eta"};
        late.add(after);
    }
};

// Takes deliveries until so many messages have been seen.
void take_until(rig& on, punctuality& into, std::uint64_t messages) {
    drains to{on, 1, on.what().credit};
    to.on_delivery([&](std::uint64_t id) {
        into.take(id - into.id_low);
        if (into.count >= messages)
            on.context().stop();
    });
    on.run();
}

} // namespace

boost::json::object run_scheduled(rig& on) {
    require_own(on);
    auto const count = on.what().count.value_or(scheduled_count);
    auto each = producer_of(on);
    auto const begin = now_ms() + std::chrono::milliseconds{std::chrono::hours{1}}.count();
    each.eta = [begin](std::uint64_t n) {
        return begin + static_cast<std::int64_t>(
                           spread(n, static_cast<std::uint64_t>(horizon.count())));
    };
    boost::json::object fields;
    std::uint64_t memory_before = 0;
    {
        producers from{on, each};
        measured_run run{on, "scheduling", [&] {
                             return from.confirmed();
                         }};
        run.for_count(count);
        from.on_confirmed([&](clock::time_point) {
            // What a broker needs once is not counted per message.
            if (memory_before == 0 && from.confirmed() >= std::min(count, first_count))
                memory_before = resident_bytes(on.own()->pid());
            run.advance();
        });
        run.run([&] { from.allow(count); });
        fields = run.fields();
    }
    auto const memory = resident_bytes(on.own()->pid());
    auto const grown = memory > memory_before ? memory - memory_before : 0;
    fields["days"] = std::chrono::duration_cast<std::chrono::days>(horizon).count();
    fields["bytes_per_message"] = static_cast<double>(grown) / static_cast<double>(count);
    fields["resident_bytes"] = memory;
    fields["disk_bytes"] = disk_bytes(on.own()->data());
    add_restarts(on, fields, false);
    fields["resident_bytes_after_restart"] = resident_bytes(on.own()->pid());
    return fields;
}

boost::json::object run_punctual(rig& on) {
    require_own(on);
    auto const count = on.what().count.value_or(punctual_count);
    punctuality seen{count};
    seen.first_eta = now_ms() + (publishing + lead).count();
    {
        auto each = producer_of(on);
        each.eta = [&](std::uint64_t n) { return seen.eta_of(n); };
        progress bar{"scheduling", count};
        producers from{on, each};
        seen.id_low = from.front().first_id_low();
        from.on_confirmed([&](clock::time_point) {
            bar.show(from.confirmed());
            if (from.confirmed() == count)
                on.context().stop();
        });
        from.allow(count);
        on.run();
    }
    if (now_ms() + lead.count() / 2 > seen.first_eta)
        throw failure{exit_code::internal, "this machine publishes too slowly for this scenario"};

    on.next_phase();
    take_until(on, seen, count / 2);
    on.next_phase();
    auto const down = clock::now();
    on.own()->stop(SIGTERM);
    on.own()->start();
    seen.left_out_before = now_ms();
    boost::json::object fields{
        {"messages", count},
        {"down_s", std::chrono::duration<double>(clock::now() - down).count()}};
    take_until(on, seen, count);
    fields["due_while_down"] = seen.left_out;
    seen.late.add_to(fields);
    return fields;
}

} // namespace peyk::cli::bench
