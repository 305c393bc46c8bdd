#pragma once
// Dead letters counted by what went wrong.

#include <peyk/status.hpp>

#include <boost/json/fwd.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace peyk::cli {

class dead_groups {
public:
    void add(std::vector<status> const& letters);

    // The largest first.
    [[nodiscard]] boost::json::array present() const;

private:
    // Queue, task, type of the error, reason.
    using key = std::tuple<std::string, std::string, std::string, death>;
    struct group {
        std::uint64_t count = 0;
        std::optional<time_point> first; // that died
        std::optional<time_point> last;
        message_id example; // the last of them
    };

    std::map<key, group> groups_;
};

} // namespace peyk::cli
