#pragma once
// The deliveries a session holds. A reconnecting client names them, and keeps them. Sans-io.

#include <peyk/delivery.hpp>
#include <peyk/message_id.hpp>

#include <boost/unordered/unordered_flat_map.hpp>

#include <memory>

namespace peyk {

class consumer_state;

struct held_delivery {
    message_id id;
    std::shared_ptr<consumer_state> consumer; // none: it was gone when the delivery came
    bool started = false;
    bool settling = false; // a settlement is on its way: only its answer ends the holding
    bool recalled = false; // the broker took it back while it was settling
};

using held_deliveries =
    boost::unordered_flat_map<delivery_token, held_delivery, std::hash<delivery_token>>;

} // namespace peyk
