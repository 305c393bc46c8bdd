#pragma once
// Makes an ordinary function callable with the encoded arguments of a message: positional ones in
// their order, named ones by the names given at registration, std::optional ones may be left out.

#include <peyk/attempt_end.hpp>
#include <peyk/batch.hpp>
#include <peyk/context.hpp>
#include <peyk/json.hpp>
#include <peyk/message.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/core/demangle.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

namespace peyk {

// A task without its types: arguments in context::content(), the encoded result out. Throws what
// the task throws, and bad_arguments.
using task_function = std::function<std::string(context&)>;
// The same of a coroutine.
using coroutine_function = std::function<boost::asio::awaitable<std::string>(context&)>;

namespace task_detail {

// Finds the text of each parameter among the arguments of a message.
class argument_reader {
public:
    // `required`: how many parameters have to be there, counted from the first. `names` may be
    // empty. Throws bad_arguments for a wrong count, a name nobody has, or an argument given twice.
    argument_reader(context const& from,
                    std::vector<std::string> const& names,
                    std::vector<bool> const& required);

    // Null when the argument was left out.
    [[nodiscard]] std::string const* text(std::size_t parameter) const { return found_[parameter]; }

    [[noreturn]] void
    refuse(std::size_t parameter, std::string const& wanted, std::string_view why) const;

private:
    [[nodiscard]] std::string label(std::size_t parameter) const;
    void place_named(message_content const& content);
    void require_all(std::vector<bool> const& required) const;

    std::string const& task_;
    std::vector<std::string> const& names_;
    std::vector<std::string const*> found_; // one per parameter
};

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

template <class T>
struct is_awaitable : std::false_type {};
template <class T, class Executor>
struct is_awaitable<boost::asio::awaitable<T, Executor>> : std::true_type {};

// What a task gives in the end: of a coroutine, what it co_returns.
template <class T>
struct value_of {
    using type = T;
};
template <class T, class Executor>
struct value_of<boost::asio::awaitable<T, Executor>> {
    using type = T;
};

template <class T>
[[nodiscard]] std::string type_name() {
    if constexpr (std::is_same_v<T, std::string>)
        return "string";
    else
        return boost::core::demangle(typeid(T).name());
}

template <class T>
T read_argument(argument_reader const& from, std::size_t parameter) {
    auto const* const text = from.text(parameter);
    if constexpr (is_optional<T>::value) {
        if (text == nullptr || *text == "null")
            return std::nullopt;
        return read_argument<typename T::value_type>(from, parameter);
    } else {
        try {
            return from_json<T>(*text);
        } catch (error const& e) {
            from.refuse(parameter, type_name<T>(), e.what());
        }
    }
}

template <class A>
struct parameter {
    using type = std::remove_cvref_t<A>;
    static_assert(!std::is_lvalue_reference_v<A> || std::is_const_v<std::remove_reference_t<A>>,
                  "a task takes its arguments by value or by const reference");
    static_assert(!std::is_pointer_v<type> && !std::is_same_v<type, std::string_view>,
                  "a task takes its arguments by value: std::string instead of a pointer or view");
};

template <class Signature>
struct signature_of;
template <class R, class... A>
struct signature_of<std::function<R(A...)>> {
    using result = R;
    using values = std::tuple<typename parameter<A>::type...>;
    using call = typename value_of<R>::type(typename parameter<A>::type...);
    static constexpr bool takes_context = false;
};
template <class R, class... A>
struct signature_of<std::function<R(context&, A...)>> {
    using result = R;
    using values = std::tuple<typename parameter<A>::type...>;
    using call = typename value_of<R>::type(typename parameter<A>::type...);
    static constexpr bool takes_context = true;
};

template <class F>
concept plain_callable = requires(F f) {
    std::function{f};
};

// How a function is seen from outside: R, its parameters without the context.
template <class F>
using signature = signature_of<decltype(std::function{std::declval<F>()})>;

template <class Function, class Values>
std::string call_encoded(Function& function, context& with, Values values) {
    using shape = signature<Function>;
    auto const call = [&](auto&&... each) -> decltype(auto) {
        if constexpr (shape::takes_context)
            return std::invoke(function, with, std::forward<decltype(each)>(each)...);
        else
            return std::invoke(function, std::forward<decltype(each)>(each)...);
    };
    if constexpr (std::is_void_v<typename shape::result>) {
        std::apply(call, std::move(values));
        return "null";
    } else {
        return to_json(std::apply(call, std::move(values)));
    }
}

// What a coroutine needs is in its frame: it runs on after whoever began it has gone on.
template <class Function, class Values>
boost::asio::awaitable<std::string> await_encoded(Function function, context& with, Values values) {
    using shape = signature<Function>;
    auto const call = [&](auto&&... each) -> typename shape::result {
        if constexpr (shape::takes_context)
            return std::invoke(function, with, std::forward<decltype(each)>(each)...);
        else
            return std::invoke(function, std::forward<decltype(each)>(each)...);
    };
    if constexpr (std::is_void_v<typename value_of<typename shape::result>::type>) {
        co_await std::apply(call, values);
        co_return "null";
    } else {
        co_return to_json(co_await std::apply(call, values));
    }
}

// A coroutine called here and now has a loop of its own.
template <class T>
T run_to_end(boost::asio::awaitable<T> what) {
    boost::asio::io_context loop{1};
    auto value = boost::asio::co_spawn(loop, std::move(what), boost::asio::use_future);
    loop.run();
    return value.get();
}

template <class Values>
[[nodiscard]] std::vector<bool> required_parameters() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        return std::vector<bool>{!is_optional<std::tuple_element_t<I, Values>>::value...};
    }
    (std::make_index_sequence<std::tuple_size_v<Values>>{});
}

template <class Values>
[[nodiscard]] Values read_values(argument_reader const& from) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        // The braces make the arguments be read from the first to the last.
        return Values{read_argument<std::tuple_element_t<I, Values>>(from, I)...};
    }
    (std::make_index_sequence<std::tuple_size_v<Values>>{});
}

// A task_function, or of a coroutine a coroutine_function.
template <class Function>
[[nodiscard]] auto bind_task(Function function, std::vector<std::string> names) {
    using values = typename signature<Function>::values;
    return [function = std::move(function),
            names = std::move(names),
            required = required_parameters<values>()](context& with) mutable {
        argument_reader const from{with, names, required};
        if constexpr (is_awaitable<typename signature<Function>::result>::value)
            return await_encoded(function, with, read_values<values>(from));
        else
            return call_encoded(function, with, read_values<values>(from));
    };
}

// A message whose arguments do not fit fails alone.
template <class Function>
[[nodiscard]] batch_function bind_batch(Function function, std::vector<std::string> names) {
    using shape = batch_shape_of<Function>;
    return [function = std::move(function),
            names = std::move(names),
            required = required_parameters<typename shape::values>()](
               std::vector<batch_attempt>& all) mutable {
        std::vector<typename shape::item> items;
        items.reserve(all.size());
        for (auto& each : all) {
            try {
                argument_reader const from{*each.with, names, required};
                items.emplace_back(each, read_values<typename shape::values>(from));
            } catch (...) {
                each.failure = std::current_exception();
            }
        }
        if (!items.empty())
            function(items);
    };
}

} // namespace task_detail
} // namespace peyk
