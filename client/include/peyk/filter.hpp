#pragma once
// Selectors as text: the language of `peyk task ls FILTER` and of programs that let people choose
// messages.

#include <peyk/error.hpp>
#include <peyk/selector.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace peyk {

// A longer text is no filter.
inline constexpr std::size_t filter_bytes_max = 8'192;

// A text that is no filter. what() is a sentence that says what to write instead.
class filter_error : public error {
public:
    filter_error(std::size_t position, std::string const& sentence);

    char const* what() const noexcept override { return sentence_.c_str(); }
    // Of the term or the quote that is wrong, in bytes from the beginning of the text.
    [[nodiscard]] std::size_t position() const { return position_; }

private:
    std::size_t position_;
    std::string sentence_;
};

// Reads a filter. "" chooses every message. Throws filter_error. Thread-safe.
//
//   filter = [ term *( white-space term ) ]       all terms must hold
//   term   = key ":" value                        each key once
//   value  = characters other than white space and '"'
//          / '"' any characters, with \" and \\ for these two '"'
//
//   queue:mail.*      in queues of such a name; * stands for any characters
//   task:tasks.add    of tasks of such a name; a pattern too
//   error:Timeout*    whose last error has such a type; a pattern too
//   state:failed,dead in one of these states, in any case. Where a message is kept: scheduled,
//                     ready, leased, blocked, succeeded, failed, revoked, dead. Celery's words:
//                     pending (scheduled, ready or blocked), received and started (leased: with a
//                     worker), success (succeeded), failure (failed or dead), revoked. There is no
//                     retry: a message that waits for its next attempt is kept as any that waits.
//   after:-1h         published at or after: a time (2026-11-22T10:00, with seconds, Z or +01:00;
//                     UTC if not said) or one counted from `now` (-30m, -7d, now, "1h ago")
//   before:-10m       published before
//   root:ID           in the tree below this message
//   parent:ID         published by the task of this message
//   tag:tenant=42     with such a tag; a pattern too
//   worker:resize@*   with such a worker, or ended by it; a pattern too
[[nodiscard]] selector parse_filter(std::string_view text, time_point now);

// The filter that parse_filter() reads as this selector at any time, with times to the millisecond;
// it is longer than filter_bytes_max if the patterns are.
[[nodiscard]] std::string to_string(selector const& which);

} // namespace peyk
