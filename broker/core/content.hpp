#pragma once
// Immutable bytes shared by whoever still needs them: a message's content, a result.
// Counted without atomics: one thread (the broker's loop) owns all of it.

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <cstdint>
#include <string_view>

namespace peyk::core {

class content {
public:
    // One allocation: the count, the size and the bytes.
    [[nodiscard]] static boost::intrusive_ptr<content const> make(std::string_view bytes);

    [[nodiscard]] std::string_view bytes() const {
        return {reinterpret_cast<char const*>(this + 1), size_};
    }

    content(content const&) = delete;
    content& operator=(content const&) = delete;

private:
    explicit content(std::uint32_t size) : size_(size) {}

    friend void intrusive_ptr_add_ref(content const* c) { ++c->uses_; }
    friend void intrusive_ptr_release(content const* c);

    mutable std::uint32_t uses_ = 0;
    std::uint32_t size_;
};

using content_ptr = boost::intrusive_ptr<content const>;

} // namespace peyk::core
