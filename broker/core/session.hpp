#pragma once
// The protocol conversation with one client program: outlives its connection for a grace period,
// with everything it holds, and is remembered for its publishes still longer.

#include "broker/core/consumer.hpp"
#include "broker/core/deadline_index.hpp"
#include "broker/core/ids.hpp"
#include "broker/core/message_entry.hpp"
#include "broker/core/retained.hpp"
#include "broker/core/sequence_set.hpp"
#include "broker/core/settled_tokens.hpp"

#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace peyk::core {

using lease_list = boost::intrusive::list<lease, boost::intrusive::constant_time_size<false>>;

// The messages one request watches.
struct watch_group {
    session* owner = nullptr;
    request_id request;
    bool until_final = false;
    bool reports = false;
    boost::intrusive::list<watch_link,
                           boost::intrusive::base_hook<boost::intrusive::list_base_hook<
                               boost::intrusive::tag<struct watching_group_tag>>>,
                           boost::intrusive::constant_time_size<false>>
        links;
};

enum class session_state : std::uint8_t {
    connected,
    grace,      // the connection is lost and may come back
    remembered, // it did not; its publishes are still recognised
};

struct session final : retained {
    explicit session(session_id named) : retained(kind::session), id(named) {}

    std::uint32_t deadline_slot = no_deadline_slot;
    session_id id;
    std::uint64_t connection = 0; // the last one, as the client counts them
    std::string name;
    std::vector<std::pair<std::string, std::string>> facts; // as it describes itself
    std::string metrics;                                    // what it did, encoded
    std::size_t facts_bytes = 0;                            // what both take, roughly
    std::vector<std::string> labels;                        // sorted
    wall_time since = unset;                                // connected
    wall_time told_heartbeat = unset;                       // in an event
    bool online = false;                                    // it consumes, or did until now
    std::uint64_t delivered_count = 0;                      // since then
    std::uint64_t settled_count = 0;
    session_state state = session_state::grace;
    bool recorded = false;            // the journal knows it
    bool consumes = false;            // as the journal knows it
    bool awaited = false;             // dispatch waits for it, after an unclean start
    bool stalled = false;             // its connection is full: nothing is delivered to it
    std::uint64_t delivering = 0;     // the call that delivered to it last
    std::size_t delivering_bytes = 0; // bodies, by that call
    std::size_t withheld_bytes = 0;   // bodies of deliveries that have not left
    duration heartbeat{0};
    steady_time delivered_at{}; // the last time, or when it connected
    steady_time heard{};        // last sign of life while connected, then: when it was lost
    sequence_set accepted;
    settled_tokens settled;
    std::vector<std::unique_ptr<consumer>> consumers; // in the order of subscribing
    lease_list leases;                                // oldest first
    std::map<request_id, watch_group> watches;
    std::size_t watched = 0; // messages

    [[nodiscard]] consumer* find_consumer(consumer_id wanted) const {
        for (auto const& candidate : consumers) {
            if (candidate->id == wanted) {
                return candidate.get();
            }
        }
        return nullptr;
    }
};

} // namespace peyk::core
