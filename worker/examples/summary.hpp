#pragma once
// The figures of a demo run, per kind of work.

#include <peyk/status.hpp>

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>

namespace example {

struct kind_summary {
    std::uint64_t tasks = 0;
    std::uint64_t ok = 0;
    std::uint64_t wrong = 0;       // another result than expected, or none
    std::uint64_t missing = 0;     // not heard of in time
    std::uint64_t retried = 0;     // failed at first
    std::uint64_t redelivered = 0; // delivered more often than it was tried
    double seconds = 0;            // from the first published to the last finished
};

class summary {
public:
    void expect(std::string const& kind) { ++kinds_[kind].counted.tasks; }
    void add(std::string const& kind, peyk::status const& ended, bool right);

    [[nodiscard]] std::map<std::string, kind_summary> finished() const;

private:
    struct figures {
        kind_summary counted;
        std::optional<peyk::time_point> first;
        std::optional<peyk::time_point> last;
    };
    std::map<std::string, figures> kinds_;
};

[[nodiscard]] bool all_right(std::map<std::string, kind_summary> const& kinds);
void print_table(std::ostream& out, std::map<std::string, kind_summary> const& kinds);
[[nodiscard]] std::string as_json(std::map<std::string, kind_summary> const& kinds);

} // namespace example
