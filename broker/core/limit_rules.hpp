#pragma once
// The limits there are, by their patterns, and which of them is in force for a combination of
// names: of those about the same things the most specific. What they let pass is the limiters'.

#include "broker/core/limit.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <vector>

namespace peyk::core {

class limit_rules {
public:
    using rule_map = std::map<owned_limit_names, std::unique_ptr<limit_rule>>;

    [[nodiscard]] rule_map const& commanded() const { return commanded_; }
    // These give way to one with the same patterns that was set by a command.
    [[nodiscard]] rule_map const& configured() const { return configured_; }

    // As a command finds them: those of the limit with these very patterns.
    [[nodiscard]] limit_settings settings_of(owned_limit_names const& patterns) const;
    // In force for it; null: nothing limits it. After sort().
    [[nodiscard]] limit_rule const* rule_for(limit_names const& about) const;
    // Some limit is about these things (see limit_kind). After sort().
    [[nodiscard]] bool any(std::size_t kind) const { return counts_[kind] != 0; }
    // A limit that limits nothing stands for something all the same where a wider one would apply.
    [[nodiscard]] bool overrides(limit_rule const& idle) const;
    // Those set by commands that limit nothing and override nothing.
    [[nodiscard]] std::vector<owned_limit_names> useless() const;

    // It comes into being if need be.
    limit_rule& command(owned_limit_names const& patterns, limit_settings const& settings);
    void configure(owned_limit_names const& patterns, limit_settings const& settings);
    // Of those set by commands; null: it is not there.
    [[nodiscard]] limit_rule* find(owned_limit_names const& patterns) const;
    [[nodiscard]] std::unique_ptr<limit_rule> take(owned_limit_names const& patterns);

    // After a change, and before anybody asks. Not in each change: a replay makes many of them.
    void sort();

private:
    rule_map commanded_;
    rule_map configured_;
    bool sorted_ = true;
    // By what they are about; those with `*`, the most specific first.
    std::array<std::vector<limit_rule const*>, limit_kinds> patterns_;
    std::array<std::size_t, limit_kinds> counts_{}; // all of them
};

} // namespace peyk::core
