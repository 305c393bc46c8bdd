#pragma once
// A task as its caller sees it: a name and a type. Calling the object runs the function here and
// now; delay() and apply_async() have a worker run it.

#include <peyk/async_result.hpp>
#include <peyk/client.hpp>
#include <peyk/json.hpp>
#include <peyk/signature.hpp>
#include <peyk/task_arguments.hpp>
#include <peyk/task_options.hpp>

#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace peyk {

template <class Signature>
class task;

// Arguments are checked against Args when compiled; named ones (kw) when the task runs. Copying is
// cheap enough; thread-safe as far as the client is.
template <class R, class... Args>
class task<R(Args...)> {
public:
    using arguments = task_arguments<Args...>;

    task(client owner, std::string name, task_options defaults = {})
        : task(std::move(owner), std::move(name), nullptr, std::move(defaults)) {}
    task(client owner,
         std::string name,
         std::function<R(Args...)> function,
         task_options defaults = {})
        : client_(std::move(owner)), name_(std::move(name)), function_(std::move(function)),
          defaults_(std::move(defaults)) {}

    [[nodiscard]] std::string const& name() const { return name_; }
    [[nodiscard]] task_options const& defaults() const { return defaults_; }

    // Runs the function here, without a broker. Throws std::bad_function_call without a function.
    R operator()(Args... args) const { return function_(std::forward<Args>(args)...); }

    // Publishes a call: positional arguments, then kw(...). Blocks until it is on the broker's
    // disk. Throws as client::publish().
    template <class... A>
    async_result<R> delay(A&&... args) const {
        return apply_async(arguments(std::forward<A>(args)...));
    }

    // add.apply_async({2, 2}, {.queue = "lopri", .countdown = 10s})
    async_result<R> apply_async(arguments args, call_options options = {}) const {
        auto what = message_of(std::move(args), options);
        auto const ignored = what.result && what.result->ignore;
        auto publisher = client_;
        return {client_, publisher.publish(std::move(what)), ignored};
    }
    // T.apply_async({1}, {kw("b", 2)}, {.queue = "lopri"})
    async_result<R> apply_async(arguments args,
                                std::initializer_list<keyword> named,
                                call_options options = {}) const {
        args.add(named);
        return apply_async(std::move(args), std::move(options));
    }

    // delay() with a completion token as the last argument; completes with
    // (error_code, async_result<R>) when the call is on the broker's disk.
    template <class... ArgsAndToken>
    auto async_delay(ArgsAndToken&&... args_and_token) const {
        auto all = std::forward_as_tuple(std::forward<ArgsAndToken>(args_and_token)...);
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return async_apply(arguments(std::get<I>(std::move(all))...),
                               call_options{},
                               std::get<sizeof...(I)>(std::move(all)));
        }
        (std::make_index_sequence<sizeof...(ArgsAndToken) - 1>{});
    }

    // apply_async() with a completion token.
    template <class Token>
    auto async_apply(arguments args, call_options const& options, Token&& token) const {
        auto what = message_of(std::move(args), options);
        if (what.id.is_nil())
            what.id = message_id::make();
        return asio::async_initiate<Token, completion_signature<async_result<R>>>(
            starter{client_}, token, std::move(what));
    }

    // The call as a value: all arguments, or the last ones (new arguments go in front).
    template <class... A>
    [[nodiscard]] auto s(A&&... args) const {
        return make_signature(*this, std::forward<A>(args)...);
    }

    // The message a call would publish.
    [[nodiscard]] message message_of(arguments args, call_options const& options = {}) const {
        auto what = make_task_message(name_, defaults_, options);
        set_arguments(what, std::move(args.positional), std::move(args.named));
        return what;
    }

private:
    struct starter {
        client owner;
        template <class Handler>
        void operator()(Handler handler, message what) {
            auto const ignored = what.result && what.result->ignore;
            auto const executor = asio::get_associated_executor(handler, owner.get_executor());
            owner.async_publish(
                std::move(what),
                asio::bind_executor(
                    executor,
                    [handler = std::move(handler), through = owner, ignored](
                        error_code error, message_id id) mutable {
                        std::move(handler)(error, async_result<R>{through, id, ignored});
                    }));
        }
    };

    client client_;
    std::string name_;
    std::function<R(Args...)> function_;
    task_options defaults_;
};

} // namespace peyk
