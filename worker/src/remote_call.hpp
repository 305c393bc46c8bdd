#pragma once
// Calls the task of an attempt in another process; what it reports goes along the route. Does not
// throw.

#include "worker/src/report_route.hpp"
#include <peyk/context.hpp>
#include <peyk/outcome.hpp>

#include <boost/asio/awaitable.hpp>

#include <functional>

namespace peyk::worker_detail {

using remote_call = std::function<asio::awaitable<outcome>(context const&, report_route&)>;

} // namespace peyk::worker_detail
