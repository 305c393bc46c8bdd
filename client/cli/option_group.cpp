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

CLI::Validator whole_number_between(std::uint64_t least, std::uint64_t most) {
    return {[least, most](std::string& text) {
                std::uint64_t number = 0;
                auto const* const last = text.data() + text.size();
                auto const [end, error] = std::from_chars(text.data(), last, number);
                if (error == std::errc{} && end == last && number >= least && number <= most)
                    return std::string{};
                return "cannot be '" + text + "'; it is a whole number from " +
                       std::to_string(least) + " to " + std::to_string(most);
            },
            {}};
}

void set_range(CLI::Option* of, std::uint64_t least, std::uint64_t most) {
    of->check(whole_number_between(least, most));
    of->type_name(std::to_string(least) + "-" + std::to_string(most));
}

} // namespace peyk::cli
