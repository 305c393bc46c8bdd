#include <peyk/state.hpp>

#include <ostream>

namespace peyk {

std::string_view to_string(state value) {
    switch (value) {
    case state::unknown:
        return "UNKNOWN";
    case state::pending:
        return "PENDING";
    case state::started:
        return "STARTED";
    case state::retry:
        return "RETRY";
    case state::success:
        return "SUCCESS";
    case state::failure:
        return "FAILURE";
    case state::revoked:
        return "REVOKED";
    }
    return "UNKNOWN";
}

std::string_view to_string(detail value) {
    switch (value) {
    case detail::none:
        return "";
    case detail::scheduled:
        return "scheduled";
    case detail::blocked:
        return "blocked";
    case detail::ready:
        return "ready";
    case detail::leased:
        return "leased";
    case detail::revoked:
        return "revoked";
    case detail::expired:
        return "expired";
    case detail::dead:
        return "dead";
    }
    return "";
}

std::ostream& operator<<(std::ostream& out, state value) {
    return out << to_string(value);
}

std::ostream& operator<<(std::ostream& out, detail value) {
    return out << to_string(value);
}

} // namespace peyk
