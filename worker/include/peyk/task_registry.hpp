#pragma once
// The tasks a worker can run, by name. Filled before the worker starts, only read afterwards.

#include <peyk/batch.hpp>
#include <peyk/task_binding.hpp>
#include <peyk/task_hooks.hpp>
#include <peyk/task_settings.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace peyk {

struct registered_task {
    std::string name;
    task_function run; // empty: it is a coroutine
    coroutine_function start = {};
    batch_function run_batch = {}; // not empty: neither of the two, it handles many at once
    batch_settings batch = {};
    task_settings settings = {};
    std::size_t parameters = 0;

    [[nodiscard]] bool is_coroutine() const { return start != nullptr; }
    [[nodiscard]] bool is_batch() const { return run_batch != nullptr; }
};

class task_registry {
public:
    // An ordinary function, or a coroutine: one that gives boost::asio::awaitable<R>. A coroutine
    // takes its arguments by value. Throws std::invalid_argument for an empty name, one that is
    // taken, `settings.args` that are not as many as the parameters, or no slots.
    template <class Function>
    void add(std::string name, Function function, task_settings settings = {}) {
        static_assert(task_detail::plain_callable<Function>,
                      "a task is a function or an object with one operator() that is no template");
        using shape = task_detail::signature<Function>;
        registered_task made{.name = std::move(name),
                             .run = {},
                             .parameters = std::tuple_size_v<typename shape::values>};
        auto bound = task_detail::bind_task(std::move(function), settings.args);
        if constexpr (task_detail::is_awaitable<typename shape::result>::value)
            made.start = std::move(bound);
        else
            made.run = std::move(bound);
        made.settings = std::move(settings);
        add_bound(std::move(made));
    }
    // A function of a std::vector<batch_item<R(Args...)>>&. Throws also for a batch of none.
    template <class Function>
    void add_batch(std::string name,
                   Function function,
                   batch_settings batch = {},
                   task_settings settings = {}) {
        using values = typename task_detail::batch_shape_of<Function>::values;
        registered_task made{
            .name = std::move(name), .run = {}, .parameters = std::tuple_size_v<values>};
        made.run_batch = task_detail::bind_batch(std::move(function), settings.args);
        made.batch = std::move(batch);
        made.settings = std::move(settings);
        add_bound(std::move(made));
    }
    void add_bound(registered_task what);
    // Around every task; those added first are called first before it, and last after it.
    void add_hooks(task_hooks hooks) { hooks_.push_back(std::move(hooks)); }

    // Null when nobody registered it. Stays valid.
    [[nodiscard]] registered_task const* find(std::string_view name) const;
    // In alphabetical order.
    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] std::map<std::string, registered_task, std::less<>> const& tasks() const {
        return tasks_;
    }

    [[nodiscard]] std::vector<task_hooks> const& hooks() const { return hooks_; }

private:
    std::vector<task_hooks> hooks_;
    std::map<std::string, registered_task, std::less<>> tasks_;
};

} // namespace peyk
