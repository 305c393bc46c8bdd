#pragma once
// Exceptions that keep their type on the way: a task throws card_declined in one program, get()
// throws card_declined in another. Both register it, by a name that outlives the C++ one:
//     peyk::register_error<card_declined>("billing.card_declined");

#include <peyk/error.hpp>

#include <concepts>
#include <exception>
#include <string>
#include <typeinfo>
#include <utility>

namespace peyk {

namespace error_detail {

using thrower = void (*)(task_error const&);

void add(std::string name, std::type_info const& type, thrower throws);
// The name a type was registered by, or else the one C++ gives it.
[[nodiscard]] std::string name_of(std::type_info const& type);
// Throws what is registered by the name of this failure; returns if nothing is.
void throw_registered(task_error const& failure);

} // namespace error_detail

// From now on a task that throws an E fails with this type, and get() of a task that failed with
// it throws an E made of the message, with the task_error nested in it. Thread-safe; usually in
// main(). Throws std::invalid_argument for an empty name, or one (or an E) registered otherwise.
template <class E>
requires std::derived_from<E, std::exception> && std::constructible_from<E, std::string const&>
void register_error(std::string name) {
    error_detail::add(std::move(name), typeid(E), [](task_error const& failure) {
        try {
            throw failure;
        } catch (task_error const&) {
            std::throw_with_nested(E(failure.message()));
        }
    });
}

} // namespace peyk
