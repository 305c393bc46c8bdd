#pragma once
// Whether a history may have happened.

#include "tests/system/history_records.hpp"

#include <map>
#include <string>
#include <vector>

namespace peyk::test {

class history_checker {
public:
    explicit history_checker(history_records const& records);

    [[nodiscard]] history::verdict check();

private:
    using entry = std::pair<history_id const, message_record>;

    // What may have become of a message, and what certainly has.
    struct fates {
        bool vanish = false; // nothing of it need be known any more
        bool revoke = false;
        bool die = false;
        bool forget = false;
        bool cancelled = false; // confirmed
        bool forgotten = false; // confirmed
        bool dropped = false;   // confirmed
        bool succeeded = false; // confirmed
        bool died = false;      // confirmed, and not redriven since
        bool result_matches = true;      // each confirmed success
        bool result_was_offered = false; // some success
        std::uint64_t ends = 0;          // confirmed
        std::uint64_t redrives = 0;      // possible
    };

    void check_message(entry const& each);
    void check_delivery(entry const& each, delivery_record const& d);
    void check_time(entry const& each, delivery_record const& d);
    void check_checkpoint(entry const& each, delivery_record const& d);
    void check_end(entry const& each);
    void check_kept(entry const& each, fates const& f);
    void check_key(std::vector<entry const*> const& sharing);
    [[nodiscard]] fates fates_of(message_record const& m) const;
    void add_settle(fates& f, message_record const& m, settle_record const& s) const;

    // Whether such a change of the message may have been made between the two.
    [[nodiscard]] bool maybe_changed(message_record const& m,
                                     change_kind kind,
                                     history_time from,
                                     history_time to) const;
    // Whether it may have become due before this delivery by such a change begun since `from`.
    [[nodiscard]] bool
    maybe_due(message_record const& m, history_time from, delivery_record const& d) const;
    [[nodiscard]] bool maybe_replaced(message_record const& m) const;
    [[nodiscard]] bool maybe_died(message_record const& m) const;
    template <class Visit>
    void each_change(message_record const& m, change_kind kind, Visit visit) const;
    // Deliveries from this token on were certainly made after the moment.
    [[nodiscard]] history_token first_token_after(history_time moment) const;
    // From when to when the message certainly had its key; empty if unknown.
    struct span {
        history_time from = 0;
        history_time to = 0;
    };
    [[nodiscard]] span holding(entry const& of, std::vector<entry const*> const& sharing) const;
    void blame(std::uint64_t& count, std::string const& what, history_id id);

    history_records const& records_;
    history::verdict v_;
    std::map<history_time, history_token> tokens_after_; // by when the message was begun
    std::map<std::string, std::vector<entry const*>> by_key_;
};

} // namespace peyk::test
