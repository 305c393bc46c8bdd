#pragma once
// Pieces of lines that the printers of the core share.

#include "tests/support/core_printers.hpp"

#include <optional>
#include <ostream>
#include <string_view>

namespace peyk::core::print {

// " name=value", for values that were given.
template <class Value>
void field(std::ostream& to, char const* name, Value const& value, bool given) {
    if (given) {
        to << ' ' << name << '=' << value;
    }
}

inline void text_field(std::ostream& to, char const* name, std::string_view value) {
    field(to, name, value, !value.empty());
}

inline void time_field(std::ostream& to, char const* name, wall_time at) {
    field(to, name, at, at != unset);
}

template <class Number>
void number_field(std::ostream& to, char const* name, Number value) {
    field(to, name, value, value != 0);
}

template <class Value>
void field(std::ostream& to, char const* name, std::optional<Value> const& value) {
    if (value) {
        to << ' ' << name << '=' << *value;
    }
}

template <class Range>
void list(std::ostream& to, Range const& range) {
    for (auto const& one : range) {
        to << ' ' << one;
    }
}

inline void error_field(std::ostream& to, task_error const& error) {
    field(to, "error", error, !error.type.empty() || !error.text.empty());
}

inline void settings(std::ostream& to, sweep_spec const& spec) {
    to << ' ' << spec.action;
    text_field(to, "queue", spec.which.queue);
    text_field(to, "task", spec.which.task);
    text_field(to, "error", spec.which.error);
    text_field(to, "tag", spec.which.tag);
    text_field(to, "worker", spec.which.worker);
    for (std::size_t i = 0; i < message_states; ++i) {
        auto const state = static_cast<message_state>(i);
        field(to, "state", state, spec.which.states.contains(state));
    }
    field(to, "root", spec.which.root, !spec.which.root.empty());
    field(to, "parent", spec.which.parent, !spec.which.parent.empty());
    time_field(to, "after", spec.which.published_after);
    time_field(to, "before", spec.which.published_before);
    text_field(to, "to", spec.to);
    time_field(to, "due", spec.due);
    text_field(to, "reason", spec.reason);
    number_field(to, "rate", spec.rate_per_s);
    to << (spec.terminate ? " terminate" : "") << (spec.reset_counters ? " reset" : "")
       << (spec.dry_run ? " dry" : "") << spec.edits;
}

} // namespace peyk::core::print
