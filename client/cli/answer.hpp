#pragma once
// What a command that changed something says: fields for programs, a sentence for people.

#include "client/cli/invocation.hpp"

#include <boost/json/fwd.hpp>

#include <string_view>

namespace peyk::cli {

// The fields, or the line.
void answer(common_options const& common, boost::json::value const& fields, std::string_view line);

} // namespace peyk::cli
