#pragma once
// One message per line of a stream. A bounded number of batches is on its way at a time, so that
// neither the round trips nor the memory grow with the input.

#include <peyk/client.hpp>

#include <cstdint>
#include <iosfwd>
#include <string>

namespace peyk::cli {

struct bulk_outcome {
    std::uint64_t published = 0;
    std::uint64_t refused = 0;
    double seconds = 0;
    error_code first_error;
    std::string first_refusal;
};

// Each message is `model` with a line as its body. Shows progress on a terminal. Throws what
// client::publish() throws; a refusal of single messages is counted instead.
[[nodiscard]] bulk_outcome bulk_publish(client broker, std::istream& lines, message const& model);

} // namespace peyk::cli
