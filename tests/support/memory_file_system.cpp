#include "tests/support/memory_file_system.hpp"

#include "broker/core/assert.hpp"
#include "broker/storage/error.hpp"

#include <algorithm>
#include <cerrno>

namespace peyk::test {

namespace {

using storage::lock_mode;
using storage::open_mode;

constexpr std::uint64_t sector_bytes = 512;

boost::system::error_code system_error(int value) {
    return {value, boost::system::system_category()};
}

} // namespace

// A file's bytes: as programs see them, as the disk has them, and the writes between the two.
struct memory_file_system::inode {
    struct pending_write {
        std::uint64_t offset;
        std::string bytes;
    };

    std::string now;
    std::string synced;
    std::vector<pending_write> pending;

    void write(std::uint64_t offset, std::string bytes) {
        if (bytes.empty()) {
            return;
        }
        put(now, offset, bytes);
        pending.push_back({offset, std::move(bytes)});
    }
    void sync() {
        synced = now;
        pending.clear();
    }

    // Each sector keeps some first part of its writes.
    void lose_power(std::mt19937_64& random) {
        std::string kept = synced;
        std::map<std::uint64_t, std::size_t> writes_kept; // by sector
        for (auto const& [offset, bytes] : pending) {
            auto const last = (offset + bytes.size() - 1) / sector_bytes;
            for (auto sector = offset / sector_bytes; sector <= last; ++sector) {
                writes_kept.try_emplace(sector, random() % (pending.size() + 1));
            }
        }
        for (std::size_t i = 0; i < pending.size(); ++i) {
            for (auto const& [sector, count] : writes_kept) {
                if (i < count) {
                    put_part(kept, pending[i], sector * sector_bytes);
                }
            }
        }
        now = synced = std::move(kept);
        pending.clear();
    }

    static void put(std::string& to, std::uint64_t offset, std::string_view bytes) {
        to.resize(std::max<std::size_t>(to.size(), offset + bytes.size()));
        bytes.copy(&to[offset], bytes.size());
    }
    static void put_part(std::string& to, pending_write const& from, std::uint64_t sector_begin) {
        auto const begin = std::max(from.offset, sector_begin);
        auto const end = std::min(from.offset + from.bytes.size(), sector_begin + sector_bytes);
        if (begin < end) {
            put(to, begin, std::string_view{from.bytes}.substr(begin - from.offset, end - begin));
        }
    }
};

struct memory_file_system::name_change {
    std::string removed;         // empty: nothing
    std::string added;           // empty: nothing
    std::shared_ptr<inode> what; // of `added`
};

class memory_file_system::memory_file final : public storage::file {
public:
    memory_file(memory_file_system& files, std::shared_ptr<inode> node, bool writable)
        : files_(files), node_(std::move(node)), life_(files.life_), writable_(writable) {}

    result<std::size_t> read(std::uint64_t offset, char* into, std::size_t size) override {
        std::lock_guard const lock{files_.mutex_};
        if (auto const error = usable()) {
            return error;
        }
        auto const& bytes = node_->now;
        if (offset >= bytes.size()) {
            return std::size_t{0};
        }
        return bytes.copy(into, size, offset);
    }

    result<void> write(std::uint64_t offset, std::span<std::string_view const> pieces) override {
        std::lock_guard const lock{files_.mutex_};
        std::string all;
        for (auto const piece : pieces) {
            all += piece;
        }
        auto const end = offset + all.size();
        auto error = begin(disk_operation::write);
        if (!error && end > node_->now.size() &&
            files_.used_bytes() + end - node_->now.size() > files_.capacity_) {
            error = system_error(ENOSPC);
        }
        if (!error || !files_.power_) { // within a power loss some of it may arrive
            node_->write(offset, std::move(all));
        }
        return error ? result<void>{error} : result<void>{};
    }

    result<void> sync() override {
        std::lock_guard const lock{files_.mutex_};
        if (auto const error = begin(disk_operation::sync)) {
            return error;
        }
        node_->sync();
        return {};
    }

    result<void> allocate(std::uint64_t size) override {
        std::lock_guard const lock{files_.mutex_};
        if (auto const error = begin(disk_operation::allocate)) {
            return error;
        }
        if (size > node_->now.size()) {
            if (files_.used_bytes() + size - node_->now.size() > files_.capacity_) {
                return system_error(ENOSPC);
            }
            node_->now.resize(size); // the length is lost with the power, unless synced
        }
        return {};
    }

    result<void> resize(std::uint64_t size) override {
        std::lock_guard const lock{files_.mutex_};
        if (auto const error = begin(disk_operation::resize)) {
            return error;
        }
        node_->now.resize(size);
        return {};
    }

    result<std::uint64_t> size() override {
        std::lock_guard const lock{files_.mutex_};
        if (auto const error = usable()) {
            return error;
        }
        return node_->now.size();
    }

private:
    boost::system::error_code usable() const {
        return life_ != files_.life_ ? system_error(EIO) : files_.dead();
    }
    boost::system::error_code begin(disk_operation what) {
        if (auto const error = usable()) {
            return error;
        }
        return writable_ ? files_.begin(what) : system_error(EBADF);
    }

    memory_file_system& files_;
    std::shared_ptr<inode> node_;
    std::uint64_t life_;
    bool writable_;
};

class memory_file_system::memory_lock final : public storage::file_lock {
public:
    memory_lock(memory_file_system& files, std::string path)
        : files_(files), path_(std::move(path)), life_(files.life_) {}
    ~memory_lock() override {
        std::lock_guard const lock{files_.mutex_};
        if (life_ != files_.life_) {
            return;
        }
        auto& holders = files_.locks_[path_];
        holders = holders < 0 ? 0 : holders - 1;
    }

private:
    memory_file_system& files_;
    std::string path_;
    std::uint64_t life_;
};

memory_file_system::memory_file_system() = default;
memory_file_system::~memory_file_system() = default;

boost::system::error_code memory_file_system::dead() const {
    return power_ ? boost::system::error_code{} : system_error(EIO);
}

boost::system::error_code memory_file_system::begin(disk_operation what) {
    if (auto const error = dead()) {
        return error;
    }
    ++operations_;
    if (power_off_ && --*power_off_ == 0) {
        power_ = false;
        return system_error(EIO);
    }
    if (failure_ && (!failure_->only || *failure_->only == what) && --failure_->countdown == 0) {
        auto const error = failure_->error;
        failure_.reset();
        return error;
    }
    return {};
}

auto memory_file_system::open(std::string const& path, open_mode mode)
    -> result<std::unique_ptr<storage::file>> {
    std::lock_guard const lock{mutex_};
    if (auto const error = dead()) {
        return error;
    }
    if (mode == open_mode::create) {
        auto const error = begin(disk_operation::create);
        if (!error || !power_) {
            change_name({"", path, std::make_shared<inode>()});
        }
        if (error) {
            return error;
        }
    }
    auto const found = now_.find(path);
    if (found == now_.end()) {
        return system_error(ENOENT);
    }
    return std::make_unique<memory_file>(*this, found->second, mode != open_mode::read);
}

auto memory_file_system::lock(std::string const& path, lock_mode mode)
    -> result<std::unique_ptr<storage::file_lock>> {
    std::lock_guard const guard{mutex_};
    if (auto const error = dead()) {
        return error;
    }
    if (!now_.contains(path)) {
        change_name({"", path, std::make_shared<inode>()});
    }
    auto& holders = locks_[path];
    if (holders < 0 || (holders > 0 && mode == lock_mode::exclusive)) {
        return make_error_code(storage::errc::locked);
    }
    holders = mode == lock_mode::exclusive ? -1 : holders + 1;
    return std::make_unique<memory_lock>(*this, path);
}

auto memory_file_system::create_directory(std::string const&) -> result<void> {
    std::lock_guard const lock{mutex_};
    auto const error = dead(); // directories are only parts of paths here
    return error ? result<void>{error} : result<void>{};
}

auto memory_file_system::list(std::string const& directory) -> result<std::vector<std::string>> {
    std::lock_guard const lock{mutex_};
    if (auto const error = dead()) {
        return error;
    }
    std::vector<std::string> found;
    for (auto const& [path, node] : now_) {
        if (path.starts_with(directory + "/")) {
            found.push_back(path.substr(directory.size() + 1));
        }
    }
    return found;
}

void memory_file_system::apply(name_change const& change, names& to) {
    if (!change.removed.empty()) {
        to.erase(change.removed);
    }
    if (!change.added.empty()) {
        to[change.added] = change.what;
    }
}

void memory_file_system::change_name(name_change change) {
    apply(change, now_);
    changes_.push_back(std::move(change));
}

auto memory_file_system::rename(std::string const& from, std::string const& to) -> result<void> {
    std::lock_guard const lock{mutex_};
    auto const error = begin(disk_operation::rename);
    auto const found = now_.find(from);
    if (found == now_.end()) {
        return error ? error : system_error(ENOENT);
    }
    if (!error || !power_) {
        change_name({from, to, found->second});
    }
    return error ? result<void>{error} : result<void>{};
}

auto memory_file_system::remove(std::string const& path) -> result<void> {
    std::lock_guard const lock{mutex_};
    if (!now_.contains(path)) {
        return system_error(ENOENT);
    }
    auto const error = begin(disk_operation::remove);
    if (!error || !power_) {
        change_name({path, "", nullptr});
    }
    return error ? result<void>{error} : result<void>{};
}

auto memory_file_system::sync_directory(std::string const&) -> result<void> {
    std::lock_guard const lock{mutex_};
    if (auto const error = begin(disk_operation::sync_directory)) {
        return error;
    }
    durable_ = now_;
    changes_.clear();
    return {};
}

auto memory_file_system::space(std::string const&) -> result<storage::disk_space> {
    std::lock_guard const lock{mutex_};
    auto const used = used_bytes();
    return storage::disk_space{capacity_ > used ? capacity_ - used : 0, capacity_};
}

std::chrono::steady_clock::time_point memory_file_system::now() {
    return std::chrono::steady_clock::time_point{std::chrono::milliseconds{clock_ms_.load()}};
}

void memory_file_system::advance(std::chrono::milliseconds by) {
    clock_ms_ += by.count();
}

void memory_file_system::set_capacity(std::uint64_t bytes) {
    std::lock_guard const lock{mutex_};
    capacity_ = bytes;
}

std::uint64_t memory_file_system::used_bytes() const {
    std::uint64_t used = 0;
    for (auto const& [path, node] : now_) {
        used += node->now.size();
    }
    return used;
}

std::uint64_t memory_file_system::operations() const {
    std::lock_guard const lock{mutex_};
    return operations_;
}

void memory_file_system::fail_at(std::uint64_t nth, int error, std::optional<disk_operation> only) {
    std::lock_guard const lock{mutex_};
    failure_ = planned_failure{nth, system_error(error), only};
}

void memory_file_system::power_off_at(std::uint64_t nth) {
    std::lock_guard const lock{mutex_};
    power_off_ = nth;
}

void memory_file_system::restart(survival what, std::uint64_t seed) {
    std::mt19937_64 random{seed};
    std::lock_guard const lock{mutex_};
    lose_power(what, random);
    power_ = true;
    power_off_.reset();
    failure_.reset();
    locks_.clear();
    ++life_;
}

void memory_file_system::lose_power(survival what, std::mt19937_64& random) {
    if (what == survival::everything) {
        return; // only the processes died; nothing becomes synced by that
    }
    auto const kept = what == survival::random ? random() % (changes_.size() + 1) : 0;
    for (std::size_t i = 0; i < kept; ++i) {
        apply(changes_[i], durable_);
    }
    changes_.clear();
    now_ = durable_;
    for (auto const& [path, node] : now_) {
        if (what == survival::random) {
            node->lose_power(random);
        } else {
            node->now = node->synced;
            node->pending.clear();
        }
    }
}

void memory_file_system::flip_bit(std::string const& path, std::uint64_t bit) {
    std::lock_guard const lock{mutex_};
    auto& node = *now_.at(path);
    auto const flipped = static_cast<char>(node.now.at(bit / 8) ^ (1 << bit % 8));
    node.now[bit / 8] = flipped;
    if (bit / 8 < node.synced.size()) {
        node.synced[bit / 8] = flipped;
    }
}

void memory_file_system::put(std::string const& path, std::string bytes) {
    std::lock_guard const lock{mutex_};
    auto node = std::make_shared<inode>();
    node->now = node->synced = std::move(bytes);
    now_[path] = durable_[path] = std::move(node);
}

std::string memory_file_system::contents(std::string const& path) const {
    std::lock_guard const lock{mutex_};
    return now_.at(path)->now;
}

std::vector<std::string> memory_file_system::paths() const {
    std::lock_guard const lock{mutex_};
    std::vector<std::string> all;
    for (auto const& [path, node] : now_) {
        all.push_back(path);
    }
    return all;
}

std::unique_ptr<memory_file_system> memory_file_system::copy() const {
    auto other = std::make_unique<memory_file_system>();
    std::lock_guard const lock{mutex_};
    for (auto const& [path, node] : now_) {
        other->put(path, node->now);
    }
    return other;
}

} // namespace peyk::test
