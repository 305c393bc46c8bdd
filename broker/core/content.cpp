#include "broker/core/content.hpp"

#include "broker/core/assert.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace peyk::core {

namespace {

// AddressSanitizer sees who uses a content that has ended only if its memory is not used again.
#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t kept_max = 0;
#else
constexpr std::size_t kept_max = 1'024;
#endif

// Most contents are small, and they come and go by the hundred thousand. Their memory is kept for
// the next ones: kept_max blocks of each size, 9 MiB in all. The sizes are those that the allocator
// has. Each thread has its own blocks: who makes a content ends it.
constexpr std::size_t block_min = 24;
constexpr std::size_t block_step = 16;
constexpr std::size_t block_sizes = 32;

struct free_block {
    free_block* next;
};
struct free_list {
    free_block* first;
    std::size_t kept;
};
constinit thread_local std::array<free_list, block_sizes> free_lists{};

// Gives the blocks back when its thread ends; what is freed later is not kept any more.
struct last_owner {
    bool gone = false;
    ~last_owner() {
        gone = true;
        for (free_list& each : free_lists) {
            while (each.first != nullptr) {
                ::operator delete(std::exchange(each.first, each.first->next));
            }
        }
    }
};
thread_local last_owner owner;

// block_sizes: larger than any that is kept.
std::size_t size_class(std::size_t bytes) {
    std::size_t const over = std::max(bytes, block_min) - block_min;
    return std::min((over + block_step - 1) / block_step, block_sizes);
}

void* take_block(std::size_t bytes) {
    std::size_t const of = size_class(bytes);
    if (of == block_sizes) {
        return ::operator new(bytes);
    }
    free_list& from = free_lists[of];
    if (from.first == nullptr) {
        return ::operator new(block_min + of * block_step);
    }
    --from.kept;
    return std::exchange(from.first, from.first->next);
}

void give_block(void* block, std::size_t bytes) {
    std::size_t const of = size_class(bytes);
    if (of == block_sizes || free_lists[of].kept == kept_max || owner.gone) {
        ::operator delete(block);
        return;
    }
    free_list& to = free_lists[of];
    to.first = new (block) free_block{to.first};
    ++to.kept;
}

} // namespace

boost::intrusive_ptr<content const> content::make(std::string_view bytes) {
    PEYK_ASSERT(bytes.size() <= std::numeric_limits<std::uint32_t>::max());
    void* const memory = take_block(sizeof(content) + bytes.size());
    auto* const made = new (memory) content{static_cast<std::uint32_t>(bytes.size())};
    if (!bytes.empty()) {
        std::memcpy(reinterpret_cast<char*>(made + 1), bytes.data(), bytes.size());
    }
    return {made};
}

void intrusive_ptr_release(content const* c) {
    if (--c->uses_ == 0) {
        std::size_t const bytes = sizeof(content) + c->size_;
        c->~content();
        give_block(const_cast<content*>(c), bytes);
    }
}

} // namespace peyk::core
