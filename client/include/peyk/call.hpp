#pragma once
// Calls a task by name alone, for programs that learn the arguments at run time.

#include <peyk/async_result.hpp>
#include <peyk/client.hpp>
#include <peyk/task_options.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>

namespace peyk {

using dynamic_result = async_result<boost::json::value>;

// Publishes the call; returns when it is on disk. Throws as client::publish().
dynamic_result call(client const& through,
                    std::string const& task,
                    boost::json::array const& args = {},
                    boost::json::object const& kwargs = {},
                    call_options const& options = {});

// The message call() publishes.
[[nodiscard]] message make_call(std::string const& task,
                                boost::json::array const& args,
                                boost::json::object const& kwargs = {},
                                call_options const& options = {});

} // namespace peyk
