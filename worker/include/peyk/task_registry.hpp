#pragma once
// The tasks a worker can run, by name. Filled before the worker starts, only read afterwards.

#include <peyk/task_binding.hpp>
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
    task_function run;
    task_settings settings;
    std::size_t parameters = 0;
};

class task_registry {
public:
    // Throws std::invalid_argument for an empty name, one that is taken, or `settings.args` that
    // are not as many as the parameters.
    template <class Function>
    void add(std::string name, Function function, task_settings settings = {}) {
        static_assert(task_detail::plain_callable<Function>,
                      "a task is a function or an object with one operator() that is no template");
        using shape = task_detail::signature<Function>;
        static_assert(!task_detail::is_awaitable<typename shape::result>::value,
                      "a coroutine cannot be registered: the pools solo and threads run ordinary "
                      "functions. Return the value itself instead of an awaitable of it");
        auto run = task_detail::bind_task(std::move(function), settings.args);
        add_bound({std::move(name),
                   std::move(run),
                   std::move(settings),
                   std::tuple_size_v<typename shape::values>});
    }
    void add_bound(registered_task what);

    // Null when nobody registered it. Stays valid.
    [[nodiscard]] registered_task const* find(std::string_view name) const;
    // In alphabetical order.
    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] std::map<std::string, registered_task, std::less<>> const& tasks() const {
        return tasks_;
    }

private:
    std::map<std::string, registered_task, std::less<>> tasks_;
};

} // namespace peyk
