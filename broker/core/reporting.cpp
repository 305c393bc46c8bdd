// What the runs of a message leave behind: progress, checkpoint and log while one runs, and an
// entry in the history for each that failed.

#include "broker/core/broker_members.hpp"

#include <algorithm>
#include <utility>

namespace peyk::core {

namespace {

// The last whole lines of `text`, `bytes_max` at most; none if the last one is longer.
std::string_view last_lines(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) {
        return text;
    }
    std::size_t const line_end = text.find('\n', text.size() - bytes_max - 1);
    return line_end == std::string_view::npos ? std::string_view{} : text.substr(line_end + 1);
}

// As last_lines(), but of a line that is longer its end.
std::string_view last_text(std::string_view text, std::size_t bytes_max) {
    std::string_view const lines = last_lines(text, bytes_max);
    if (!lines.empty() || text.empty()) {
        return lines;
    }
    std::size_t letter = text.size() - bytes_max;
    while (letter < text.size() && (static_cast<unsigned char>(text[letter]) & 0xc0) == 0x80) {
        ++letter; // A byte 10xxxxxx continues a letter that is cut off.
    }
    return text.substr(letter);
}

// Appends to the log. The newest piece stays whole, so that a record may borrow it.
void append_log(entry_report& to, std::string_view piece, std::size_t bytes_max) {
    std::size_t const left = bytes_max - std::min(bytes_max, piece.size());
    std::size_t const kept = last_lines(to.log, left).size();
    to.log.erase(0, to.log.size() - kept);
    to.log += piece;
    to.log_end += piece.size();
}

} // namespace

void broker_state::members::apply(report const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    lease const* const held = deliveries.find(command.token);
    errc why = errc::ok;
    if (held == nullptr || held->holder != by) {
        why = errc::unknown_delivery;
    } else if (command.checkpoint && command.checkpoint->size() > bounds.checkpoint_bytes_max) {
        why = errc::checkpoint_too_large;
    }
    if (why != errc::ok) {
        out->effects.emplace_back(effect::refused{command.session, command.request, why});
        return;
    }
    message_entry& e = *held->message;
    record::reported fact{e.number, command.progress, command.checkpoint, {}};
    fact.log = last_text(command.log, bounds.log_bytes_max);
    if (fact.progress) {
        fact.progress->text = prefix(fact.progress->text, bounds.progress_text_max);
    }
    take_report(e, fact);
    // The record is written after the command is gone.
    entry_report const& kept = *e.detail->report;
    if (fact.progress) {
        fact.progress->text = kept.text;
    }
    if (fact.checkpoint && kept.checkpoint) {
        fact.checkpoint = kept.checkpoint->bytes();
    }
    fact.log = std::string_view{kept.log}.substr(kept.log.size() - fact.log.size());
    out->records.emplace_back(fact);
    out->effects.emplace_back(effect::reported{command.session, command.request});
    notify_report(e);
}

void broker_state::members::take_report(message_entry& e, record::reported const& what) {
    edit(e, [&](entry_detail& d) {
        if (!d.report) {
            d.report = std::make_unique<entry_report>();
        }
        entry_report& r = *d.report;
        if (what.progress) {
            r.done = what.progress->done;
            r.total = what.progress->total;
            r.text = what.progress->text;
        }
        if (what.checkpoint) {
            r.checkpoint =
                what.checkpoint->empty() ? content_ptr{} : content::make(*what.checkpoint);
        }
        append_log(r, what.log, bounds.log_bytes_max);
    });
}

void broker_state::members::remember_attempt(message_entry& e, attempt ended) {
    ended.error = cut(ended.error.view(), bounds.history_error_bytes_max);
    edit(e, [&](entry_detail& d) {
        if (d.history.size() >= bounds.history_max && !d.history.empty()) {
            d.history.erase(d.history.begin());
        }
        if (d.history.size() < bounds.history_max) {
            d.history.push_back(std::move(ended));
        }
    });
}

void broker_state::members::take_traces(message_entry& e, traces const& from) {
    bool const reported = from.log_end != 0 || from.progress.done != 0 ||
                          from.progress.total != 0 || !from.progress.text.empty() ||
                          !from.checkpoint.empty();
    if (!e.detail && !reported && from.history.empty()) {
        return;
    }
    edit(e, [&](entry_detail& d) {
        d.history.assign(from.history.begin(), from.history.end());
        d.report.reset();
        if (!reported) {
            return;
        }
        d.report = std::make_unique<entry_report>();
        d.report->done = from.progress.done;
        d.report->total = from.progress.total;
        d.report->text = from.progress.text;
        d.report->log = from.log;
        d.report->log_end = from.log_end;
        if (!from.checkpoint.empty()) {
            d.report->checkpoint = content::make(from.checkpoint);
        }
    });
}

void broker_state::members::replay(record::reported const& fact) {
    if (message_entry* const e = numbered(fact.number); e != nullptr && !e->final()) {
        take_report(*e, fact);
    }
}

} // namespace peyk::core
