#pragma once
// What of Asio the public headers need, and the form of their asynchronous operations: thin
// templates that erase the caller's handler and hand it to compiled functions.

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/system/error_code.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace peyk {

namespace asio = boost::asio;

// A handler of any type, to be called once. Its own class because moving one
// any_completion_handler into another never ends in Boost 1.81; it can go with that version.
template <class... Args>
class completion : public asio::any_completion_handler<void(Args...)> {
public:
    using erased = asio::any_completion_handler<void(Args...)>;

    completion() = default;
    template <class Handler>
    requires(!std::derived_from<std::remove_cvref_t<Handler>, erased>) completion(Handler&& handler)
        : erased(std::forward<Handler>(handler)) {}
    completion(completion&& other) noexcept : erased(static_cast<erased&&>(other)) {}
    completion& operator=(completion&& other) noexcept {
        erased(static_cast<erased&&>(other)).swap(*this);
        return *this;
    }
    ~completion() = default;
};

// Completes on the executor associated with the handler; without one, on the client's thread.
template <class... Args>
using completion_signature = void(boost::system::error_code, Args...);

} // namespace peyk

template <class... Args, class Candidate>
struct boost::asio::associated_executor<peyk::completion<Args...>, Candidate>
    : boost::asio::associated_executor<typename peyk::completion<Args...>::erased, Candidate> {};
