#pragma once
// Puts the broker's words where the handler of a refused operation finds them: current_refusal().

#include <peyk/refusal_words.hpp>

#include <boost/asio/associated_executor.hpp>

#include <utility>

namespace peyk {

// On this thread, for a while. Scopes may nest.
class refusal_scope {
public:
    explicit refusal_scope(refusal_words words);
    ~refusal_scope();
    refusal_scope(refusal_scope const&) = delete;
    refusal_scope& operator=(refusal_scope const&) = delete;

private:
    refusal_words outer_;
};

// A handler with the words it will be called under, on the executor of the handler.
template <class Handler>
struct worded {
    refusal_words words;
    Handler handler;

    template <class... Args>
    void operator()(Args&&... args) {
        refusal_scope const scope{std::move(words)};
        std::move(handler)(std::forward<Args>(args)...);
    }
};

} // namespace peyk

template <class Handler, class Candidate>
struct boost::asio::associated_executor<peyk::worded<Handler>, Candidate> {
    using type = boost::asio::associated_executor_t<Handler, Candidate>;
    static type get(peyk::worded<Handler> const& of, Candidate const& otherwise) noexcept {
        return boost::asio::get_associated_executor(of.handler, otherwise);
    }
};
