#pragma once
// How a line of the trace is put together, word by word.

#include "broker/core/effect.hpp"
#include "tests/simulation/trace.hpp"

#include <charconv>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace peyk::simulation {

using namespace core;

// Appends words to a line.
class line {
public:
    explicit line(std::string_view head) : out_(head) {}

    template <class T>
    line& add(char const* name, T const& value) {
        out_ += ' ';
        out_ += name;
        put(value);
        return *this;
    }
    line& bytes(char const* name, std::string_view value) {
        add(name, value.size());
        out_ += '#';
        put(hash_of(value));
        return *this;
    }
    // What is not there is not said.
    template <class T>
    line& given(char const* name, T const& value) {
        return value == T{} ? *this : add(name, value);
    }
    line& flag(char const* name, bool set) { return set ? add("", name) : *this; }
    line& error(task_error const& e) {
        return e.type.empty() && e.text.empty() ? *this : add("error=", e.type).add("", e.text);
    }
    line& error(errc code) { return add("", name(code)); }
    line& counts(counters const& c) {
        return add("attempts=", c.attempts)
            .add("crashes=", c.crashes)
            .add("deliveries=", c.deliveries);
    }
    line& refusals(std::vector<refusal> const& list) {
        for (auto const& r : list) {
            add("refused=", r.index).error(r.code).given("existing=", r.existing);
        }
        return *this;
    }
    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    template <class T>
    requires std::is_integral_v<T>
    void put(T value) {
        char digits[24];
        auto const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
        out_.append(digits, end);
    }
    void put(bool value) { out_ += value ? '1' : '0'; }
    void put(duration value) { put(value.count()); }
    void put(std::string_view value) { out_ += value; }
    void put(std::string const& value) { out_ += value; }
    void put(char const* value) { out_ += value; }
    void put(delivery_token t) {
        put(t.epoch.value);
        out_ += '.';
        put(t.number);
    }
    template <class Tag, class Rep>
    void put(number<Tag, Rep> n) {
        put(n.value);
    }
    template <class Tag>
    void put(id128<Tag> id) {
        put(id.low);
    }
    void put(wall_time t) {
        if (t == never) {
            out_ += "never";
        } else {
            put(t.time_since_epoch().count());
        }
    }
    void put(message_state s) {
        static constexpr char const* names[] = {
            "scheduled", "ready", "leased", "blocked", "succeeded", "failed", "revoked", "dead"};
        out_ += names[static_cast<int>(s)];
    }

    std::string out_;
};

} // namespace peyk::simulation
