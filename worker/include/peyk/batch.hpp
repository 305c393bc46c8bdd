#pragma once
// A task that handles many messages at once: one statement for a hundred rows, one request for a
// hundred mails.
//
//     app.batch("rows.insert", [](std::vector<peyk::batch_item<void(int, std::string)>>& rows) {
//         for (auto& each : rows)
//             add_to_statement(each.args());
//         execute_statement();
//     }, {.max = 500, .wait = 200ms});

#include <peyk/context.hpp>
#include <peyk/json.hpp>
#include <peyk/message.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace peyk {

struct batch_settings {
    std::uint32_t max = 100;             // messages in one call, 1 to 10,000
    std::chrono::milliseconds wait{100}; // the first of them waits so long for others
    // Messages are handled together with those of the same key; none: with any. Called on the
    // client's thread: be short. What it throws is logged, and the message has no key.
    std::function<std::string(message_content const&)> key = {};
};

// One message of a batch without its types.
struct batch_attempt {
    context* with = nullptr;
    std::optional<std::string> result = {}; // encoded
    std::exception_ptr failure = {};
};

template <class Signature>
class batch_item;

// One message of a batch, with an end of its own: what succeed() or fail() says; otherwise, that
// of the whole: success when the function returns, and what it throws if it throws.
template <class R, class... Args>
class batch_item<R(Args...)> {
public:
    using values = std::tuple<std::remove_cvref_t<Args>...>;

    batch_item(batch_attempt& of, values args) : of_(&of), args_(std::move(args)) {}

    [[nodiscard]] values& args() { return args_; }
    [[nodiscard]] context& ctx() const { return *of_->with; }

    void succeed() requires std::is_void_v<R> { of_->result = "null"; }
    template <class T>
    void succeed(T const& result) requires std::convertible_to<T const&, R> {
        of_->result = to_json<R>(result);
    }
    // As if a task had thrown it: peyk::retry_later, peyk::permanent_error, anything.
    template <class E>
    void fail(E why) {
        of_->failure = std::make_exception_ptr(std::move(why));
    }

private:
    batch_attempt* of_;
    values args_;
};

using batch_function = std::function<void(std::vector<batch_attempt>&)>;

namespace task_detail {

template <class Function>
struct batch_shape;
template <class Result, class Signature>
struct batch_shape<std::function<Result(std::vector<batch_item<Signature>>&)>> {
    using item = batch_item<Signature>;
    using call = Signature;
    using values = typename item::values;
};
template <class Function>
using batch_shape_of = batch_shape<decltype(std::function{std::declval<Function>()})>;

} // namespace task_detail
} // namespace peyk
