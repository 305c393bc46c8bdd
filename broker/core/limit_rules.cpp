#include "broker/core/limit_rules.hpp"

#include "broker/core/assert.hpp"
#include "broker/core/ordering.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>

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

limit_settings limit_rules::settings_of(owned_limit_names const& patterns) const {
    for (auto const* const among : {&commanded_, &configured_}) {
        if (auto const found = among->find(patterns); found != among->end()) {
            return found->second->settings;
        }
    }
    return {};
}

limit_rule const* limit_rules::rule_for(limit_names const& about) const {
    PEYK_ASSERT(sorted_);
    std::size_t const kind = limit_kind(about);
    if (counts_[kind] == 0) {
        return nullptr;
    }
    if (counts_[kind] != patterns_[kind].size()) {
        owned_limit_names const exact = owned(about);
        for (auto const* const among : {&commanded_, &configured_}) {
            if (auto const found = among->find(exact); found != among->end()) {
                return found->second.get();
            }
        }
    }
    auto const found = std::ranges::find_if(
        patterns_[kind], [&](limit_rule const* each) { return applies(each->names, about); });
    return found == patterns_[kind].end() ? nullptr : *found;
}

bool limit_rules::overrides(limit_rule const& idle) const {
    for (auto const* const among : {&commanded_, &configured_}) {
        for (auto const& [patterns, each] : *among) {
            bool const other = each->configured || patterns != idle.names;
            if (other && !each->settings.idle() && applies(patterns, borrowed(idle.names))) {
                return true;
            }
        }
    }
    return false;
}

std::vector<owned_limit_names> limit_rules::useless() const {
    std::vector<owned_limit_names> found;
    for (auto const& [patterns, each] : commanded_) {
        if (each->settings.idle() && !overrides(*each)) {
            found.push_back(patterns);
        }
    }
    return found;
}

limit_rule& limit_rules::command(owned_limit_names const& patterns,
                                 limit_settings const& settings) {
    auto& place = commanded_[patterns];
    if (!place) {
        place = std::make_unique<limit_rule>(patterns);
        sorted_ = false;
    }
    place->settings = settings;
    return *place;
}

void limit_rules::configure(owned_limit_names const& patterns, limit_settings const& settings) {
    auto& place = configured_[patterns];
    place = std::make_unique<limit_rule>(patterns);
    place->settings = settings;
    place->configured = true;
    sorted_ = false;
}

limit_rule* limit_rules::find(owned_limit_names const& patterns) const {
    auto const found = commanded_.find(patterns);
    return found == commanded_.end() ? nullptr : found->second.get();
}

std::unique_ptr<limit_rule> limit_rules::take(owned_limit_names const& patterns) {
    auto node = commanded_.extract(patterns);
    sorted_ = false;
    return node ? std::move(node.mapped()) : nullptr;
}

void limit_rules::sort() {
    if (std::exchange(sorted_, true)) {
        return;
    }
    counts_ = {};
    patterns_ = {};
    auto const add = [this](limit_rule const& each) {
        std::size_t const kind = limit_kind(each.names);
        ++counts_[kind];
        if (!is_exact(each.names)) {
            patterns_[kind].push_back(&each);
        }
    };
    for (auto const& [patterns, each] : commanded_) {
        add(*each);
    }
    for (auto const& [patterns, each] : configured_) {
        if (!commanded_.contains(patterns)) {
            add(*each);
        }
    }
    for (auto& each : patterns_) {
        std::ranges::sort(each, more_specific);
    }
}

} // namespace peyk::core
