#pragma once
// A program with tasks: registers functions, runs them as a worker, and publishes calls of them.
// `int main(...) { peyk::app app{"tasks"}; app.task("tasks.add", add); return app.main(argc, argv);
// }`

#include <peyk/attempt_end.hpp>
#include <peyk/client.hpp>
#include <peyk/context.hpp>
#include <peyk/task.hpp>
#include <peyk/task_registry.hpp>
#include <peyk/task_settings.hpp>
#include <peyk/worker.hpp>
#include <peyk/worker_options.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace peyk {

class app_state;
template <class Signature>
class app_task;

class app {
public:
    explicit app(std::string name);
    ~app();
    app(app const&) = delete;
    app& operator=(app const&) = delete;

    // Registers a function R(Args...) or R(peyk::context&, Args...), called by several threads at
    // once; or a coroutine, which gives boost::asio::awaitable<R> and takes R's turn among many.
    // The settings hold for calls published through what is returned; `max_retries`, `retry` and
    // `args` also for messages whose publisher said nothing about it. Throws std::invalid_argument.
    template <class Function>
    auto task(std::string name, Function function, task_settings settings = {}) {
        using call = typename task_detail::signature<Function>::call;
        auto local = local_call<Function>(name, function);
        add_task(name, std::move(function), settings);
        return app_task<call>{*this, std::move(name), std::move(local), std::move(settings)};
    }

    // One that reads its encoded arguments itself, see context::content(). Throws
    // std::invalid_argument.
    void add(registered_task what);

    // Registers a function that handles many messages at once: of a
    // std::vector<peyk::batch_item<R(Args...)>>&. See batch.hpp. In every worker it has a thread of
    // its own beside the pools. What is returned publishes single calls of R(Args...).
    template <class Function>
    auto batch(std::string name,
               Function function,
               batch_settings together = {},
               task_settings settings = {}) {
        using call = typename task_detail::batch_shape_of<Function>::call;
        mutable_registry().add_batch(name, std::move(function), std::move(together), settings);
        return app_task<call>{*this, std::move(name), {}, std::move(settings)};
    }

    // What runs around every task of this program.
    void hooks(task_hooks around) { mutable_registry().add_hooks(std::move(around)); }

    [[nodiscard]] std::string const& name() const;
    [[nodiscard]] task_registry const& registry() const;

    // The client of calls published through this app: connects when first used, to PEYK_URL or else
    // the default address.
    [[nodiscard]] peyk::client client();
    // Publish through this one instead.
    void use(peyk::client through);

    // The command line: `worker`, `tasks`, --help. Returns the exit status of the process: 0 done,
    // 1 failed or tasks were left unfinished; others for a wrong command line. A second signal may
    // end the process from in here. `defaults` hold where neither file, environment nor arguments
    // say anything.
    int main(int argc, char const* const* argv, worker_options defaults = {});

private:
    // Functions that want a context get one of no message.
    template <class Function>
    static auto local_call(std::string const& name, Function const& function) {
        using shape = task_detail::signature<Function>;
        return std::function<typename shape::call>{[name, function](auto&&... args) mutable {
            context here{name};
            auto const call = [&]() -> typename shape::result {
                if constexpr (shape::takes_context)
                    return std::invoke(function, here, std::forward<decltype(args)>(args)...);
                else
                    return std::invoke(function, std::forward<decltype(args)>(args)...);
            };
            if constexpr (task_detail::is_awaitable<typename shape::result>::value)
                return task_detail::run_to_end(call());
            else
                return call();
        }};
    }
    template <class Function>
    void add_task(std::string const& name, Function function, task_settings const& settings) {
        mutable_registry().add(name, std::move(function), settings);
    }
    task_registry& mutable_registry();

    std::unique_ptr<app_state> state_;
};

// A registered task, as its own program calls it. Copyable; not to be used after the app is gone.
template <class R, class... Args>
class app_task<R(Args...)> {
public:
    using arguments = task_arguments<Args...>;

    app_task(app& owner,
             std::string name,
             std::function<R(Args...)> function,
             task_settings settings)
        : owner_(&owner), name_(std::move(name)), function_(std::move(function)),
          settings_(std::move(settings)) {}

    [[nodiscard]] std::string const& name() const { return name_; }

    // Runs the function here and now, without a broker.
    R operator()(Args... args) const { return function_(std::forward<Args>(args)...); }

    // The task as a caller sees it, through this client or the app's own.
    [[nodiscard]] task<R(Args...)> through(client const& publisher) const {
        return {publisher, name_, function_, settings_.call_defaults()};
    }
    [[nodiscard]] task<R(Args...)> through_app() const { return through(owner_->client()); }

    // As peyk::task, through the app's own client.
    template <class... A>
    async_result<R> delay(A&&... args) const {
        return through_app().delay(std::forward<A>(args)...);
    }
    async_result<R> apply_async(arguments args, call_options options = {}) const {
        return through_app().apply_async(std::move(args), std::move(options));
    }
    template <class... A>
    [[nodiscard]] auto s(A&&... args) const {
        return through_app().s(std::forward<A>(args)...);
    }

private:
    app* owner_;
    std::string name_;
    std::function<R(Args...)> function_;
    task_settings settings_;
};

} // namespace peyk
