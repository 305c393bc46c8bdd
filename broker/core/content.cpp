#include "broker/core/content.hpp"

#include "broker/core/assert.hpp"

#include <cstring>
#include <limits>
#include <new>

namespace peyk::core {

boost::intrusive_ptr<content const> content::make(std::string_view bytes) {
    PEYK_ASSERT(bytes.size() <= std::numeric_limits<std::uint32_t>::max());
    void* const memory = ::operator new(sizeof(content) + bytes.size());
    auto* const made = new (memory) content{static_cast<std::uint32_t>(bytes.size())};
    if (!bytes.empty()) {
        std::memcpy(reinterpret_cast<char*>(made + 1), bytes.data(), bytes.size());
    }
    return {made};
}

void intrusive_ptr_release(content const* c) {
    if (--c->uses_ == 0) {
        c->~content();
        ::operator delete(const_cast<content*>(c));
    }
}

} // namespace peyk::core
