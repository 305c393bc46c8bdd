#include "client/cli/policy_match.hpp"

#include <algorithm>
#include <tuple>

namespace peyk::cli {

bool matches(std::string_view pattern, std::string_view name) {
    // Where to go on when the last star has to take one character more.
    auto star = std::string_view::npos;
    std::size_t taken = 0;
    std::size_t at = 0;
    std::size_t p = 0;
    while (at < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            taken = at;
        } else if (p < pattern.size() && pattern[p] == name[at]) {
            ++p;
            ++at;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            at = ++taken;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::vector<queue_policy_info> matching(std::vector<queue_policy_info> policies,
                                        std::string_view queue) {
    std::erase_if(policies, [&](auto const& each) { return !matches(each.policy.pattern, queue); });
    std::ranges::sort(policies, [](auto const& a, auto const& b) {
        auto const rank = [](queue_policy const& of) {
            return std::tuple{-std::int64_t{of.priority},
                              -static_cast<std::int64_t>(of.pattern.size()),
                              std::string_view{of.pattern}};
        };
        return rank(a.policy) < rank(b.policy);
    });
    return policies;
}

} // namespace peyk::cli
