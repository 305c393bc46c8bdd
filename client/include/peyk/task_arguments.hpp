#pragma once
// The arguments of one call, encoded when they are given.

#include <peyk/json.hpp>

#include <map>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace peyk {

template <class T>
inline constexpr bool is_keyword = std::is_same_v<std::remove_cvref_t<T>, keyword>;

// Positional arguments, each convertible to the parameter in its place, then named ones. Fewer
// positional ones than parameters are legal: the rest may be named.
template <class... Params>
class task_arguments {
    template <std::size_t I>
    using parameter = std::remove_cvref_t<std::tuple_element_t<I, std::tuple<Params...>>>;

    template <std::size_t I, class A>
    static constexpr bool fits() {
        if constexpr (is_keyword<A>)
            return true;
        else if constexpr (I < sizeof...(Params))
            return std::is_convertible_v<A, parameter<I>>;
        else
            return false;
    }
    template <class... A>
    static constexpr bool all_fit() {
        return []<std::size_t... I>(std::index_sequence<I...>) {
            return (fits<I, A>() && ...);
        }
        (std::index_sequence_for<A...>{});
    }

public:
    template <class... A>
    requires(all_fit<A...>()) task_arguments(A&&... args) {
        positional.reserve(sizeof...(A));
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (add_one<I>(std::forward<A>(args)), ...);
        }
        (std::index_sequence_for<A...>{});
    }

    // A later value for a name wins.
    void add(keywords more) {
        for (auto& each : more)
            named.insert_or_assign(std::move(each.name), std::move(each.value));
    }

    std::vector<std::string> positional; // JSON
    std::map<std::string, std::string> named;

private:
    template <std::size_t I, class A>
    void add_one(A&& arg) {
        if constexpr (is_keyword<A>) {
            named.insert_or_assign(arg.name, arg.value);
        } else {
            // Encoded as what the parameter is, so that add(2.0) of an int is "2".
            parameter<I> const value = std::forward<A>(arg);
            positional.push_back(to_json(value));
        }
    }
};

} // namespace peyk
