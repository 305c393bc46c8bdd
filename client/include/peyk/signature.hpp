#pragma once
// A call as a value: the task with some arguments already given. The arguments of delay() go in
// front of them: add.s(2).delay(8) runs add(8, 2).

#include <peyk/json.hpp>
#include <peyk/task_arguments.hpp>
#include <peyk/task_options.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace peyk {

// Made by task::s(). Named arguments and options given later win over those given earlier.
template <class Task, class... Bound>
class signature {
public:
    signature(Task of, std::tuple<Bound...> bound, keywords named, call_options options = {})
        : task_(std::move(of)), bound_(std::move(bound)), named_(std::move(named)),
          options_(std::move(options)) {}

    // The same with options on top.
    [[nodiscard]] signature set(call_options const& options) const {
        return {task_, bound_, named_, merged(options_, options)};
    }

    // The same with more arguments in front.
    template <class... A>
    [[nodiscard]] auto s(A&&... args) const {
        return with_positional(
            [&](auto... positional) {
                auto all = std::tuple_cat(std::move(positional)..., bound_);
                return rebound(std::move(all), joined(keywords_of(args...)));
            },
            args...);
    }

    template <class... A>
    auto delay(A&&... args) const {
        return task_.apply_async(arguments(std::forward<A>(args)...), options_);
    }

    // The arguments in full: those given now, then the bound ones.
    template <class... A>
    [[nodiscard]] typename Task::arguments arguments(A&&... args) const {
        auto full = with_positional(
            [&](auto... positional) {
                return std::apply(
                    [](auto&&... each) {
                        return typename Task::arguments(std::forward<decltype(each)>(each)...);
                    },
                    std::tuple_cat(std::move(positional)..., bound_));
            },
            args...);
        full.add(joined(keywords_of(args...)));
        return full;
    }
    [[nodiscard]] call_options const& options() const { return options_; }

private:
    // Calls with one tuple per argument: empty for a named one.
    template <class F, class... A>
    static auto with_positional(F f, A const&... args) {
        return f(positional_of(args)...);
    }
    template <class A>
    static auto positional_of(A const& arg) {
        if constexpr (is_keyword<A>)
            return std::tuple<>{};
        else
            return std::tuple<std::decay_t<A const&>>{arg};
    }
    template <class... A>
    static keywords keywords_of(A const&... args) {
        keywords found;
        [[maybe_unused]] auto const look = [&](auto const& arg) {
            if constexpr (is_keyword<decltype(arg)>)
                found.push_back(arg);
        };
        (look(args), ...);
        return found;
    }
    keywords joined(keywords more) const {
        auto all = named_;
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    template <class... All>
    auto rebound(std::tuple<All...> all, keywords named) const {
        return signature<Task, All...>{task_, std::move(all), std::move(named), options_};
    }

    template <class OtherTask, class... OtherBound>
    friend class signature;
    template <class OtherTask, class... A>
    friend auto make_signature(OtherTask const& of, A const&... args);

    Task task_;
    std::tuple<Bound...> bound_;
    keywords named_;
    call_options options_;
};

template <class Task, class... A>
auto make_signature(Task const& of, A const&... args) {
    return signature<Task>{of, std::tuple<>{}, {}}.s(args...);
}

} // namespace peyk
