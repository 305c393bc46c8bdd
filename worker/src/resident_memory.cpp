#include "worker/src/resident_memory.hpp"

#include <fstream>

#include <unistd.h>

namespace peyk::worker_detail {

std::uint64_t resident_bytes() {
    std::ifstream in{"/proc/self/statm"};
    std::uint64_t whole = 0;
    std::uint64_t resident = 0;
    in >> whole >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace peyk::worker_detail
