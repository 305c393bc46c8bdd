// The scenario of many keys: what they cost the broker beside one.

#include "client/cli/bench/load.hpp"
#include "client/cli/bench/measured_run.hpp"
#include "client/cli/bench/scenarios.hpp"
#include <peyk/admin.hpp>
#include <peyk/client.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace peyk::cli::bench {
namespace {

constexpr std::uint64_t keys_count = 1'000'000; // messages of each drain
constexpr std::uint32_t keys_many = 100'000;
// Of each kind, one key and many in turn: what else the machine does meets both.
constexpr int rounds = 3;

// Every limit key may have so many at once. Never reached: the limiters are what is measured.
class key_limit {
public:
    explicit key_limit(rig& on) : url_(on.url()), names_{.queue = on.queue(), .key = "*"} {
        client broker{url_};
        admin{broker}.set_limit(names_, {.concurrency = 1'000'000});
    }
    ~key_limit() {
        try {
            client broker{url_};
            admin{broker}.remove_limit(names_);
        } catch (std::exception const&) {
            return; // the broker is gone, and its own one with all it had
        }
    }
    key_limit(key_limit const&) = delete;
    key_limit& operator=(key_limit const&) = delete;

private:
    std::string url_;
    limit_names names_;
};

// The broker's CPU per message of a drain of what is queued.
double drained(rig& on, std::uint64_t count) {
    std::unique_ptr<drains> to;
    measured_run run{on, "draining", [&] {
                         return to ? to->settled() : 0;
                     }};
    run.for_count(count);
    run.run([&] {
        to = std::make_unique<drains>(on, on.what().connections, on.what().credit);
        to->on_settled([&] { run.advance(); });
    });
    to.reset();
    return run.fields().at("broker_cpu_us").as_double();
}

double drain_with(rig& on, std::uint64_t count, key_field field, std::uint32_t keys) {
    auto each = producer_of(on);
    each.keys = keys;
    each.keyed = field;
    fill(on, count, each);
    auto const cpu = drained(on, count);
    on.next_phase(); // what ran on the phase before is gone by now
    return cpu;
}

double median(std::vector<double> of) {
    auto const middle = of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2);
    std::ranges::nth_element(of, middle);
    return *middle;
}

boost::json::object
compare(rig& on, std::uint64_t count, key_field field, std::uint32_t keys_of_many) {
    std::vector<double> one;
    std::vector<double> many;
    for (int round = 0; round < rounds; ++round) {
        one.push_back(drain_with(on, count, field, 1));
        many.push_back(drain_with(on, count, field, keys_of_many));
    }
    auto const alone = median(one);
    return {{"one_key_cpu_us", alone},
            {"many_keys_cpu_us", median(many)},
            {"ratio", alone > 0 ? median(many) / alone : 0}};
}

} // namespace

boost::json::object run_keys(rig& on) {
    auto const count = on.what().count.value_or(keys_count);
    auto const keys = on.what().keys > 0 ? on.what().keys : keys_many;
    auto fairness = compare(on, count, key_field::fairness, keys);
    key_limit const limited{on};
    auto limits = compare(on, count, key_field::limit, keys);
    return {{"messages", count},
            {"keys", keys},
            {"rounds", rounds},
            {"fairness", std::move(fairness)},
            {"limit", std::move(limits)}};
}

} // namespace peyk::cli::bench
