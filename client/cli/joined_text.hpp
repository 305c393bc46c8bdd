#pragma once
// Several texts in one line of a table.

#include <string>
#include <vector>

namespace peyk::cli {

[[nodiscard]] inline std::string joined(std::vector<std::string> const& texts) {
    std::string line;
    for (auto const& each : texts)
        line.append(line.empty() ? "" : ", ").append(each);
    return line;
}

} // namespace peyk::cli
