// Which limit applies to a combination of names: of those about the same things the most specific.

#include "broker/core/broker_members.hpp"

#include <algorithm>
#include <tuple>

namespace peyk::core {

bool is_exact(owned_limit_names const& patterns) {
    auto const exact = [](std::string_view text) {
        return text.empty() || is_exact(text);
    };
    return exact(patterns.task) && exact(patterns.queue) && exact(patterns.key);
}

bool applies(owned_limit_names const& patterns, limit_names const& to) {
    return limit_kind(patterns) == limit_kind(to) && matches(patterns.task, to.task) &&
           matches(patterns.queue, to.queue) && matches(patterns.key, to.key);
}

namespace {

// More exact names first, then more letters, then by the alphabet.
bool more_specific(limit_rule const* a, limit_rule const* b) {
    auto const rank = [](owned_limit_names const& of) {
        auto const is_pattern = [](std::string_view text) {
            return text.find('*') != std::string_view::npos;
        };
        int const patterns = int{is_pattern(of.task)} + is_pattern(of.queue) + is_pattern(of.key);
        std::size_t const letters = of.task.size() + of.queue.size() + of.key.size();
        return std::tuple{patterns, -static_cast<std::int64_t>(letters)};
    };
    auto const of_a = rank(a->names);
    auto const of_b = rank(b->names);
    return of_a != of_b ? of_a < of_b : a->names < b->names;
}

} // namespace

limit_rule const* broker_state::members::rule_for(limit_names const& about) const {
    std::size_t const kind = limit_kind(about);
    if (rule_counts[kind] == 0) {
        return nullptr;
    }
    if (rule_counts[kind] != pattern_rules[kind].size()) {
        owned_limit_names const exact = owned(about);
        for (auto const* const among : {&limit_rules, &configured_limit_rules}) {
            if (auto const found = among->find(exact); found != among->end()) {
                return found->second.get();
            }
        }
    }
    auto const found = std::ranges::find_if(
        pattern_rules[kind], [&](limit_rule const* each) { return applies(each->names, about); });
    return found == pattern_rules[kind].end() ? nullptr : *found;
}

// A configured one gives way to one with the same patterns that was set by a command.
void broker_state::members::sort_rules() {
    rules_sorted = true;
    rule_counts = {};
    pattern_rules = {};
    auto const add = [this](limit_rule const& each) {
        std::size_t const kind = limit_kind(each.names);
        ++rule_counts[kind];
        if (!is_exact(each.names)) {
            pattern_rules[kind].push_back(&each);
        }
    };
    for (auto const& [patterns, each] : limit_rules) {
        add(*each);
    }
    for (auto const& [patterns, each] : configured_limit_rules) {
        if (!limit_rules.contains(patterns)) {
            add(*each);
        }
    }
    for (auto& each : pattern_rules) {
        std::ranges::sort(each, more_specific);
    }
}

// A limit that limits nothing stands for something all the same where a wider one would apply.
bool broker_state::members::overrides(limit_rule const& idle) const {
    for (auto const* const among : {&limit_rules, &configured_limit_rules}) {
        for (auto const& [patterns, each] : *among) {
            bool const other = each->configured || patterns != idle.names;
            if (other && !each->settings.idle() && applies(patterns, borrowed(idle.names))) {
                return true;
            }
        }
    }
    return false;
}

void broker_state::members::drop_idle_rules() {
    for (auto next = limit_rules.begin(); next != limit_rules.end();) {
        limit_rule& each = *next++->second;
        if (each.settings.idle() && !overrides(each)) {
            drop_limit(each);
        }
    }
}

} // namespace peyk::core
