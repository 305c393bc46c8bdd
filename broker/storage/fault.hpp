#pragma once
// What is wrong, and where: an error code for the program and a place and a text for people.

#include "broker/storage/error.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace peyk::storage {

struct fault {
    boost::system::error_code code; // a storage::errc, or the system's error
    std::string file;
    std::uint64_t offset = 0;
    std::string text; // what was found, and what to do about it

    // One sentence: file, offset, what, what to do.
    [[nodiscard]] std::string sentence() const;
};

template <class T>
using checked = boost::system::result<T, fault>;

// The fault for an operation on `file` that the system refused.
[[nodiscard]] fault
system_fault(boost::system::error_code code, std::string file, std::string_view doing);

} // namespace peyk::storage
