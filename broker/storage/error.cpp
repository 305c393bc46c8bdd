#include "broker/storage/error.hpp"

#include "broker/storage/fault.hpp"

namespace peyk::storage {

namespace {

// Boost's base has a protected, non-virtual destructor on purpose: categories live for ever.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class category final : public boost::system::error_category {
public:
    char const* name() const noexcept override { return "peyk.storage"; }

    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
        case errc::ok:
            return "no error";
        case errc::locked:
            return "the journal is in use by another process";
        case errc::not_a_journal:
            return "the directory is not a journal";
        case errc::newer_format:
            return "the journal was written by a newer version";
        case errc::corrupt:
            return "the journal is damaged";
        case errc::gap:
            return "a part of the journal is missing";
        case errc::behind_watermark:
            return "the journal ends too early";
        case errc::undecodable:
            return "a record cannot be understood";
        case errc::trimmed:
            return "that part of the journal is not kept any more";
        case errc::failed:
            return "an earlier write failed";
        case errc::disk_full:
            return "the disk is full";
        }
        return "unknown storage error";
    }
};
#pragma GCC diagnostic pop

} // namespace

boost::system::error_category const& error_category() noexcept {
    static category const instance;
    return instance;
}

boost::system::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), error_category()};
}

std::string fault::sentence() const {
    std::string out = file;
    if (offset != 0) {
        out += " at byte " + std::to_string(offset);
    }
    if (!out.empty()) {
        out += ": ";
    }
    return out + (text.empty() ? code.message() : text);
}

fault system_fault(boost::system::error_code code, std::string file, std::string_view doing) {
    return {code, std::move(file), 0, std::string{doing} + " failed: " + code.message()};
}

} // namespace peyk::storage
