#include <peyk/async_result.hpp>
#include <peyk/call.hpp>

#include <utility>

namespace peyk {

void throw_exception_from_error(task_error const& failure, boost::source_location const&) {
    if (failure.state() == state::revoked)
        throw revoked_error(failure.report());
    throw failure;
}

std::optional<task_error> failure_of(status const& ended) {
    switch (ended.state) {
    case state::success:
        return std::nullopt;
    case state::failure:
        return task_error(ended.error, state::failure);
    case state::revoked: {
        auto report = ended.error;
        if (report.type.empty())
            report.type = "peyk::revoked";
        if (report.message.empty())
            report.message = to_string(ended.detail);
        return revoked_error(std::move(report));
    }
    case state::unknown:
    case state::pending:
    case state::started:
    case state::retry:
        break;
    }
    throw_error(errc::unknown_message);
}

message make_call(std::string const& task,
                  boost::json::array const& args,
                  boost::json::object const& kwargs,
                  call_options const& options) {
    auto what = make_task_message(task, {}, options);
    std::vector<std::string> positional;
    for (auto const& arg : args)
        positional.push_back(boost::json::serialize(arg));
    std::map<std::string, std::string> named;
    for (auto const& [name, arg] : kwargs)
        named.emplace(name, boost::json::serialize(arg));
    set_arguments(what, std::move(positional), std::move(named));
    return what;
}

dynamic_result call(client const& through,
                    std::string const& task,
                    boost::json::array const& args,
                    boost::json::object const& kwargs,
                    call_options const& options) {
    auto publisher = through;
    auto what = make_call(task, args, kwargs, options);
    auto const ignored = what.result && what.result->ignore;
    return {publisher, publisher.publish(std::move(what)), ignored};
}

} // namespace peyk
