#pragma once
// What the broker said when it refused. The blocking calls throw it; the error code that completes
// an asynchronous operation has no room for it.

#include <string>

namespace peyk {

struct refusal_words {
    std::string text = {};  // for people: what is wrong and what to do
    std::string limit = {}; // the limit that was exceeded, if one was
};

// Of the operation whose handler runs on the calling thread; in a coroutine until it awaits again.
// Empty anywhere else, and when it was not the broker who refused: a future hands on only a code.
[[nodiscard]] refusal_words current_refusal();

} // namespace peyk
