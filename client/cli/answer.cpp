#include "client/cli/answer.hpp"

#include "client/cli/output.hpp"

namespace peyk::cli {

void answer(common_options const& common, boost::json::value const& fields, std::string_view line) {
    if (common.is_structured())
        print_value(common, fields);
    else
        print_line(line);
}

} // namespace peyk::cli
