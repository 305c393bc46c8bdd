#pragma once
// Memory for many small objects of one type: chunks that are filled once and reused through a free
// list. Owns no objects: each is made and ended by its owner. Memory is kept for the next burst.

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace peyk::core {

template <class T>
class slab {
public:
    slab() = default;
    slab(slab const&) = delete;
    slab& operator=(slab const&) = delete;

    template <class... Arguments>
    [[nodiscard]] T* make(Arguments&&... arguments) {
        if (free_ == nullptr) {
            grow();
        }
        cell* const taken = free_;
        free_ = taken->next;
        return new (taken->storage) T(std::forward<Arguments>(arguments)...);
    }

    void end(T* object) {
        object->~T();
        auto* const given = reinterpret_cast<cell*>(object);
        given->next = free_;
        free_ = given;
    }

private:
    union cell {
        cell* next;
        alignas(T) std::byte storage[sizeof(T)];
    };

    // 256: a chunk is some ten pages, small beside what it saves and large beside its bookkeeping.
    static constexpr std::size_t chunk_objects = 256;

    void grow() {
        chunks_.push_back(std::make_unique_for_overwrite<cell[]>(chunk_objects));
        cell* const chunk = chunks_.back().get();
        for (std::size_t i = chunk_objects; i-- > 0;) {
            chunk[i].next = free_;
            free_ = &chunk[i];
        }
    }

    std::vector<std::unique_ptr<cell[]>> chunks_;
    cell* free_ = nullptr;
};

} // namespace peyk::core
