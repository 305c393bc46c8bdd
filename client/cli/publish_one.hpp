#pragma once
// Publishes one message and says what became of it: published, joined to the one that has its
// unique key, or in conflict with that.

#include "client/cli/invocation.hpp"

#include <boost/json/fwd.hpp>

namespace peyk::cli {

// The id it has, or that of the one it joined. A conflict prints that id, as publish_one() prints
// ids, and throws failure(conflict). Throws as client::publish().
message_id publish_quietly(common_options const& common,
                           client& broker,
                           message what,
                           boost::json::object const& fields);

// Prints the id too: alone on a line, or in JSON between "id" and `fields`.
void publish_one(common_options const& common,
                 client& broker,
                 message what,
                 boost::json::object const& fields);

} // namespace peyk::cli
