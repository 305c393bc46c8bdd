#pragma once
// The deliveries a session settled last, so that a settle which is sent again is recognised instead
// of refused. Bounded: the oldest are forgotten.

#include "broker/core/ids.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <vector>

namespace peyk::core {

class settled_tokens {
public:
    // A session has seldom more unconfirmed settlements than that; some 200 KiB when full.
    static constexpr std::size_t tokens_max = 4'096;

    void add(delivery_token token) {
        if (!known_.insert(token).second) {
            return;
        }
        if (ring_.size() < tokens_max) {
            ring_.push_back(token);
            return;
        }
        delivery_token& oldest = ring_[next_++ % tokens_max];
        known_.erase(oldest);
        oldest = token;
    }

    [[nodiscard]] bool contains(delivery_token token) const { return known_.contains(token); }

private:
    struct token_hash : std::hash<delivery_token> {
        using is_avalanching = void;
    };

    boost::unordered_flat_set<delivery_token, token_hash> known_;
    std::vector<delivery_token> ring_; // in the order of settling, from next_ on
    std::size_t next_ = 0;
};

} // namespace peyk::core
