#pragma once
// Names of queues and tasks, each kept once and for the life of the process: a view of one never
// dangles, and two names are equal if their addresses are. Bounded by limits::names_max.

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace peyk::core {

class queue;
struct hold;
struct series;

struct interned_name {
    std::string text;
    std::uint64_t bit = 0;     // one of 64, that other names have too
    queue* as_queue = nullptr; // the queue of this name, if there is one
    hold* held = nullptr;      // as a task: nothing of it is delivered
    mutable series* counted = nullptr; // as a task: its statistics, while there are any
};

class name_table {
public:
    explicit name_table(std::size_t names_max) : names_max_(names_max) {}

    // The name with this text; null if it would be one too many.
    [[nodiscard]] interned_name* intern(std::string_view text);
    [[nodiscard]] interned_name* find(std::string_view text) const;

    [[nodiscard]] std::size_t size() const { return names_.size(); }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    std::size_t names_max_;
    std::size_t bytes_ = 0;
    std::deque<interned_name> names_; // never shrinks, so addresses are stable
    // Not Boost's hash, which takes a text byte by byte.
    boost::unordered_flat_map<std::string_view, interned_name*, std::hash<std::string_view>> index_;
    interned_name* last_ = nullptr; // most messages have the name of the one before
};

// Whether `text` may name a queue: letters, digits and . _ - : /
[[nodiscard]] bool valid_queue_name(std::string_view text, std::size_t name_bytes_max);

} // namespace peyk::core
