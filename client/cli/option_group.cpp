#include "client/cli/option_group.hpp"

#include <charconv>
#include <sstream>

namespace peyk::cli {

CLI::Validator option_group::is_given(std::string const& shape) {
    return {[shape](std::string& text) {
                return text.empty() ? "is empty; write " + shape + ", or leave it out"
                                    : std::string{};
            },
            {}};
}

CLI::Validator number_between(double least, double most) {
    return {[least, most](std::string& text) {
                double number = 0;
                auto const* const last = text.data() + text.size();
                auto const [end, error] = std::from_chars(text.data(), last, number);
                if (error == std::errc{} && end == last && number >= least && number <= most)
                    return std::string{};
                std::ostringstream why;
                why << "cannot be '" << text << "'; it is a number from " << least << " to "
                    << most;
                return why.str();
            },
            {}};
}

} // namespace peyk::cli
