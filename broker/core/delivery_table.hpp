#pragma once
// Deliveries that are out, by token. Owns the leases; their other links are their users' business.

#include "broker/core/message_entry.hpp"
#include "broker/core/slab.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>

namespace peyk::core {

class delivery_table {
public:
    [[nodiscard]] lease* find(delivery_token token) const {
        auto const found = leases_.find(token);
        return found == leases_.end() ? nullptr : found->second;
    }
    // There is none with this token.
    [[nodiscard]] lease& add(delivery_token token) {
        lease* const made = memory_.make();
        made->token = token;
        leases_.emplace(token, made);
        return *made;
    }
    // Not linked any more.
    void end(lease& over) {
        leases_.erase(over.token);
        memory_.end(&over);
    }
    [[nodiscard]] std::size_t size() const { return leases_.size(); }

    // As in their memory: places are numbered from 0, not all have a lease.
    [[nodiscard]] std::size_t places() const { return memory_.places(); }
    [[nodiscard]] lease const* at(std::size_t place) const { return memory_.at(place); }

private:
    struct token_hash : std::hash<delivery_token> {
        using is_avalanching = void;
    };

    slab<lease> memory_;
    boost::unordered_flat_map<delivery_token, lease*, token_hash> leases_;
};

} // namespace peyk::core
