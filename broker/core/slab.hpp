#pragma once
// Memory for many small objects of one type: chunks that are filled once and reused through a free
// list. Owns no objects: each is made and ended by its owner, and keeps its place until then.
// Memory is kept for the next burst.

#include <cstddef>
#include <cstdint>
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
        T* const made = new (taken->storage) T(std::forward<Arguments>(arguments)...);
        taken->live = true;
        return made;
    }

    void end(T* object) {
        object->~T();
        auto* const given = reinterpret_cast<cell*>(object);
        given->live = false;
        given->next = free_;
        free_ = given;
    }

    // Where an object of a slab is.
    [[nodiscard]] static std::size_t place_of(T const& object) {
        return reinterpret_cast<cell const*>(&object)->place;
    }

    // How many objects there is room for; their places are numbered from 0.
    [[nodiscard]] std::size_t places() const { return chunks_.size() * chunk_objects; }

    // The object at a place; null if there is none.
    [[nodiscard]] T* at(std::size_t place) const {
        cell& there = chunks_[place / chunk_objects][place % chunk_objects];
        return there.live ? std::launder(reinterpret_cast<T*>(there.storage)) : nullptr;
    }

private:
    struct cell {
        union {
            cell* next;
            alignas(T) std::byte storage[sizeof(T)];
        };
        std::uint32_t place;
        bool live;
    };

    // 256: a chunk is some ten pages, small beside what it saves and large beside its bookkeeping.
    static constexpr std::size_t chunk_objects = 256;

    void grow() {
        chunks_.push_back(std::make_unique_for_overwrite<cell[]>(chunk_objects));
        cell* const chunk = chunks_.back().get();
        std::size_t const first = (chunks_.size() - 1) * chunk_objects;
        for (std::size_t i = chunk_objects; i-- > 0;) {
            chunk[i].place = static_cast<std::uint32_t>(first + i);
            chunk[i].live = false;
            chunk[i].next = free_;
            free_ = &chunk[i];
        }
    }

    std::vector<std::unique_ptr<cell[]>> chunks_;
    cell* free_ = nullptr;
};

} // namespace peyk::core
