#include "broker/core/allowed.hpp"

namespace peyk::core {

namespace {

std::string bytes(std::string_view field,
                  std::string_view least,
                  std::string_view limit,
                  std::size_t bytes_max) {
    return std::string{field} + ": " + std::string{least} + std::to_string(bytes_max) +
           " bytes by " + std::string{limit};
}

std::string
words(std::string_view field, std::string_view limit, std::size_t count_max, limits const& bounds) {
    return std::string{field} + ": at most " + std::to_string(count_max) + " by " +
           std::string{limit} + ", each of 1 to " + std::to_string(bounds.key_bytes_max) +
           " bytes by key_bytes_max";
}

} // namespace

std::string at_most(std::string_view field, std::string_view limit, std::size_t bytes_max) {
    return bytes(field, "at most ", limit, bytes_max);
}

std::string one_to(std::string_view field, std::string_view limit, std::size_t bytes_max) {
    return bytes(field, "1 to ", limit, bytes_max);
}

std::string allowed_in(std::string_view field, limits const& bounds) {
    if (field == "task") {
        return at_most(field, "name_bytes_max", bounds.name_bytes_max);
    }
    if (field == "unique.key") {
        return one_to(field, "unique_key_bytes_max", bounds.unique_key_bytes_max);
    }
    if (field == "unique.ttl_s") {
        return "unique.ttl_s: 1 at least with UNTIL_TTL";
    }
    if (field == "retry.delays_ms") {
        return "retry.delays_ms: 1 to " + std::to_string(bounds.retry_delays_max) +
               " of them with BACKOFF_LIST";
    }
    if (field == "cost") {
        return "cost: 1 to " + std::to_string(bounds.cost_max);
    }
    if (field == "labels") {
        return words(field, "labels_max", bounds.labels_max, bounds);
    }
    if (field == "tags") {
        return words(field, "tags_max", bounds.tags_max, bounds);
    }
    if (field == "ordering_key" || field == "fairness_key" || field == "limit_key") {
        return at_most(field, "key_bytes_max", bounds.key_bytes_max);
    }
    return std::string{field};
}

} // namespace peyk::core
