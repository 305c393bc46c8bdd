#include "client/cli/invocation.hpp"

namespace peyk::cli {

client_options options_for_client(common_options const& options) {
    client_options with;
    with.url = options.url;
    with.connect_timeout = options.timeout;
    with.request_timeout = options.timeout;
    with.publish_timeout = options.timeout;
    return with;
}

client connect(common_options const& options) {
    client connected{options_for_client(options)};
    connected.ready();
    return connected;
}

} // namespace peyk::cli
