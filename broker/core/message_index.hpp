#pragma once
// Messages by id. The hash is kept beside the pointer, so that growing touches no message.

#include "broker/core/message_entry.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>

namespace peyk::core {

class message_index {
public:
    [[nodiscard]] message_entry* find(message_id id) const {
        auto const found = slots_.find(id);
        return found == slots_.end() ? nullptr : found->entry;
    }
    void insert(message_entry& entry) { slots_.insert({hash{}(entry.id), &entry}); }
    void erase(message_entry& entry) { slots_.erase({hash{}(entry.id), &entry}); }
    [[nodiscard]] std::size_t size() const { return slots_.size(); }

    // Calls `visit` for every message, in no order: never for anything that leaves the core.
    template <class Visitor>
    void for_each(Visitor visit) const {
        for (auto const& slot : slots_) {
            visit(*slot.entry);
        }
    }

private:
    struct place {
        std::size_t hash;
        message_entry* entry;
    };
    struct hash {
        using is_transparent = void;
        using is_avalanching = void;
        std::size_t operator()(place const& s) const { return s.hash; }
        std::size_t operator()(message_id id) const { return std::hash<message_id>{}(id); }
    };
    struct equal {
        using is_transparent = void;
        bool operator()(place const& a, place const& b) const {
            return a.hash == b.hash && a.entry->id == b.entry->id;
        }
        bool operator()(message_id id, place const& s) const { return id == s.entry->id; }
        bool operator()(place const& s, message_id id) const { return id == s.entry->id; }
    };

    boost::unordered_flat_set<place, hash, equal> slots_;
};

} // namespace peyk::core
