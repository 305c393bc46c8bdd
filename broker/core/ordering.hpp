#pragma once
// Messages of one ordering key in one queue take turns: one of them at most is in a lane, leased or
// waiting for its retry; the others stand here by age, whatever their priority. A message whose eta
// has not come does not keep those behind it waiting.

#include "broker/core/message_entry.hpp"

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>

#include <cstddef>
#include <string>

namespace peyk::core {

struct older {
    bool operator()(message_entry const& a, message_entry const& b) const {
        return a.number < b.number;
    }
};

struct ordering_turn : boost::intrusive::list_base_hook<> { // linked in its queue while some wait
    std::string key;
    // Whose turn it is; null: nobody's, and nobody waits. Delivered once, it stays until it is
    // final; before that an older one that becomes ready takes its place.
    message_entry* current = nullptr;
    bool delivered = false;   // the current one was
    std::size_t messages = 0; // in any state
    // Ready, and not in a lane.
    boost::intrusive::set<message_entry,
                          boost::intrusive::compare<older>,
                          boost::intrusive::constant_time_size<false>>
        waiting;
};

} // namespace peyk::core
