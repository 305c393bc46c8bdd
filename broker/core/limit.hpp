#pragma once
// Limits: how many messages of a kind may be delivered, per time and at once, by all workers
// together. A limit says by patterns which messages it is about: of a task, of a queue, of a limit
// key, or of several of these together. Each combination of names has its own limiter: a limit on
// the key `tenant=*` lets every tenant have as much. Of limits about the same things the most
// specific one that matches applies (an override); of limits about different things all apply.

#include "broker/core/retained.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace peyk::core {

// So many in so long. 0: as many as come.
struct rate {
    std::uint32_t thousandths = 0; // of a message: "0.5/s" is 500
    std::uint32_t seconds = 1;     // 1, 60, 3,600 or 86,400

    [[nodiscard]] bool limited() const { return thousandths != 0; }
    bool operator==(rate const&) const = default;
};

// What a limit or a limiter is about. Empty: not about that. In a limit the texts are patterns (`*`
// stands for any characters), in a limiter names.
template <class Text>
struct basic_limit_names {
    Text task = {};
    Text queue = {};
    Text key = {};

    auto operator<=>(basic_limit_names const&) const = default;
};
using limit_names = basic_limit_names<std::string_view>; // borrowed
using owned_limit_names = basic_limit_names<std::string>;

[[nodiscard]] inline limit_names borrowed(owned_limit_names const& from) {
    return {from.task, from.queue, from.key};
}
[[nodiscard]] inline owned_limit_names owned(limit_names const& from) {
    return {std::string{from.task}, std::string{from.queue}, std::string{from.key}};
}

// Which of them are given, as a number below limit_kinds.
inline constexpr std::size_t limit_kinds = 8;
template <class Text>
[[nodiscard]] std::size_t limit_kind(basic_limit_names<Text> const& of) {
    return (of.task.empty() ? 0u : 1u) + (of.queue.empty() ? 0u : 2u) + (of.key.empty() ? 0u : 4u);
}

// Those of the names that a limit of this kind is about. Of another kind: one of them is empty.
[[nodiscard]] inline limit_names names_of_kind(std::size_t kind,
                                               std::string_view task,
                                               std::string_view queue,
                                               std::string_view key) {
    return {(kind & 1u) != 0 ? task : std::string_view{},
            (kind & 2u) != 0 ? queue : std::string_view{},
            (kind & 4u) != 0 ? key : std::string_view{}};
}

// Patterns that fit no names but themselves; and whether patterns fit names, which are about the
// same things.
[[nodiscard]] bool is_exact(owned_limit_names const& patterns);
[[nodiscard]] bool applies(owned_limit_names const& patterns, limit_names const& to);

struct limit_settings {
    core::rate rate;
    // What may go at once after a pause; 1: evenly spaced, as Celery does it. Never less than what
    // limits::rate_grain lets pass.
    std::uint32_t burst = 1;
    std::uint32_t concurrency = 0; // leased at once; 0: any number
    bool per_worker = false;       // the rate is each session's own; not of a key

    [[nodiscard]] bool idle() const { return !rate.limited() && concurrency == 0; }
    bool operator==(limit_settings const&) const = default;
};

// What is to be changed of a limit; what is absent stays.
struct limit_change {
    std::optional<core::rate> rate = {};
    std::optional<std::uint32_t> burst = {};
    std::optional<std::uint32_t> concurrency = {};
    std::optional<bool> per_worker = {};
};

// A limit that is in force.
struct limit_rule final : retained {
    explicit limit_rule(owned_limit_names about) : retained(kind::limit), names(std::move(about)) {}

    owned_limit_names names; // patterns
    limit_settings settings;
    bool configured = false; // from the broker's configuration: not in the journal
};

// How much of a fair queue one fairness key gets, beside others with 1.
struct share final : retained {
    explicit share(std::string_view of) : retained(kind::share), key(of) {}

    std::string key;
    std::uint32_t weight = 1; // 1 to limits::weight_max
};

} // namespace peyk::core
