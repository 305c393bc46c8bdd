#pragma once
// The file system of the machine.

#include "broker/storage/file_system.hpp"

namespace peyk::storage {

class posix_file_system final : public file_system {
public:
    result<std::unique_ptr<file>> open(std::string const& path, open_mode mode) override;
    result<std::unique_ptr<file_lock>> lock(std::string const& path, lock_mode mode) override;
    result<void> create_directory(std::string const& path) override;
    result<std::vector<std::string>> list(std::string const& directory) override;
    result<void> rename(std::string const& from, std::string const& to) override;
    result<void> remove(std::string const& path) override;
    result<void> sync_directory(std::string const& path) override;
    result<disk_space> space(std::string const& directory) override;
};

} // namespace peyk::storage
