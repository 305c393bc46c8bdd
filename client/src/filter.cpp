#include "client/src/time_text.hpp"
#include <peyk/filter.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <utility>
#include <vector>

namespace peyk {
namespace {

using enum message_state;

constexpr std::string_view white_space = " \t\n\r";

struct term {
    std::size_t position; // of its key in the text
    std::string_view key;
    std::string value;
};

// `at`: of the opening one.
[[noreturn]] void not_closed(std::size_t at) {
    throw filter_error{at,
                       "a quote is not closed; put the whole value in quotes, as error:\"out of "
                       "luck\", and \\\" for a quote in it"};
}

[[noreturn]] void misread(term const& at, std::string const& sentence) {
    throw filter_error{at.position, sentence};
}

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

// What Celery calls a state that is more, or has another name, here.
struct celery_state {
    std::string_view name;
    std::vector<message_state> states;
};

std::vector<celery_state> const& celery_states() {
    static std::vector<celery_state> const all{{"pending", {scheduled, ready, blocked}},
                                               {"received", {leased}},
                                               {"started", {leased}},
                                               {"success", {succeeded}},
                                               {"failure", {failed, dead}}};
    return all;
}

std::vector<message_state> states_of(term const& at, std::string_view word) {
    auto const name = lower(word);
    if (auto const own = parse_message_state(name))
        return {*own};
    auto const& theirs = celery_states();
    if (auto const found = std::ranges::find(theirs, name, &celery_state::name);
        found != theirs.end())
        return found->states;
    if (name == "retry") {
        misread(at,
                "a filter cannot tell a message that is retried from others that wait; write "
                "state:scheduled,ready");
    }
    misread(at,
            "there is no state '" + std::string{word} +
                "'; write scheduled, ready, leased, blocked, succeeded, failed, revoked, dead, or "
                "Celery's pending, received, started, success, failure");
}

void take_states(term const& at, selector& into) {
    std::string_view rest = at.value;
    while (true) {
        auto const comma = std::min(rest.find(','), rest.size());
        for (auto const each : states_of(at, rest.substr(0, comma))) {
            if (std::ranges::find(into.states, each) == into.states.end())
                into.states.push_back(each);
        }
        if (comma == rest.size())
            return;
        rest.remove_prefix(comma + 1);
    }
}

message_id id_of(term const& at) {
    auto const id = message_id::parse(at.value);
    if (!id || id->is_nil()) {
        misread(at,
                "'" + at.value +
                    "' is no message id; ids look like 0190a5f3-7c1e-7b3a-8f00-0123456789ab");
    }
    return *id;
}

time_point time_of(term const& at, time_point now) {
    auto const time = read_moment(at.value, now);
    if (!time) {
        misread(at,
                "'" + at.value +
                    "' is no time; write 2030-01-31T12:00 in UTC, with +01:00 for another zone, "
                    "or -30m, -1h, -7d");
    }
    return *time;
}

struct filter_key {
    std::string_view name;
    void (*take)(term const& at, time_point now, selector& into);
};

// Each may come once.
constexpr std::array<filter_key, 10> keys{{
    {"queue",
     [](term const& at, time_point, selector& into) {
         into.queue = at.value;
     }},
    {"task",
     [](term const& at, time_point, selector& into) {
         into.task = at.value;
     }},
    {"error",
     [](term const& at, time_point, selector& into) {
         into.error = at.value;
     }},
    {"state",
     [](term const& at, time_point, selector& into) {
         take_states(at, into);
     }},
    {"after",
     [](term const& at, time_point now, selector& into) {
         into.published_after = time_of(at, now);
     }},
    {"before",
     [](term const& at, time_point now, selector& into) {
         into.published_before = time_of(at, now);
     }},
    {"root",
     [](term const& at, time_point, selector& into) {
         into.root = id_of(at);
     }},
    {"parent",
     [](term const& at, time_point, selector& into) {
         into.parent = id_of(at);
     }},
    {"tag",
     [](term const& at, time_point, selector& into) {
         into.tag = at.value;
     }},
    {"worker",
     [](term const& at, time_point, selector& into) {
         into.worker = at.value;
     }},
}};

std::string known_keys() {
    std::string all;
    for (auto const& each : keys)
        all.append(all.empty() ? "" : ", ").append(each.name).append(":");
    return all;
}

// Cuts a text into terms.
class term_reader {
public:
    explicit term_reader(std::string_view text) : text_(text) {}

    bool next(term& into) {
        at_ = std::min(text_.find_first_not_of(white_space, at_), text_.size());
        if (at_ == text_.size())
            return false;
        into = {at_, {}, {}};
        auto const end = std::min(text_.find_first_of(" \t\n\r:\"", at_), text_.size());
        into.key = text_.substr(at_, end - at_);
        if (end < text_.size() && text_[end] == '"')
            check_closed(end);
        if (end == text_.size() || text_[end] != ':') {
            misread(into,
                    "'" + std::string{into.key} + "' is no term; write KEY:VALUE with one of " +
                        known_keys() + " and a value with spaces in quotes, error:\"out of luck\"");
        }
        at_ = end + 1;
        bool const quoted = at_ < text_.size() && text_[at_] == '"';
        into.value = quoted ? read_quoted(into) : read_bare(into);
        if (into.value.empty()) {
            misread(into,
                    std::string{into.key} + ": has no value; write one, or leave the term out");
        }
        return true;
    }

private:
    // A quote where none belongs: does another follow?
    void check_closed(std::size_t quote) const {
        if (text_.find('"', quote + 1) == std::string_view::npos)
            not_closed(quote);
    }

    std::string read_bare(term const& in) {
        auto const end = std::min(text_.find_first_of(white_space, at_), text_.size());
        std::string value{text_.substr(at_, end - at_)};
        if (auto const quote = value.find('"'); quote != std::string::npos) {
            check_closed(at_ + quote);
            misread(in,
                    "a quote stands within '" + value +
                        "'; put the whole value in quotes, and \\\" for a quote in it");
        }
        at_ = end;
        return value;
    }

    std::string read_quoted(term const& in) {
        std::string value;
        auto const opening = at_;
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            bool const escaped = text_[at_] == '\\';
            at_ += escaped ? 1 : 0;
            if (at_ == text_.size() || (escaped && text_[at_] != '"' && text_[at_] != '\\'))
                misread(in, "a \\ in quotes stands before \" or \\; write \\\\ for one alone");
            value += text_[at_];
        }
        if (at_ == text_.size())
            not_closed(opening);
        ++at_;
        if (at_ < text_.size() && white_space.find(text_[at_]) == std::string_view::npos) {
            misread(in,
                    "something follows the closing quote of " + std::string{in.key} +
                        ":; put a space between two terms");
        }
        return value;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

void add_term(std::string& to, std::string_view key, std::string_view value) {
    if (value.empty())
        return;
    to.append(to.empty() ? "" : " ").append(key).append(":");
    if (value.find_first_of(" \t\n\r\"") == std::string_view::npos) {
        to += value;
        return;
    }
    to += '"';
    for (char const c : value) {
        if (c == '"' || c == '\\')
            to += '\\';
        to += c;
    }
    to += '"';
}

} // namespace

filter_error::filter_error(std::size_t position, std::string const& sentence)
    : error(make_error_code(errc::invalid_filter)), position_(position), sentence_(sentence) {}

selector parse_filter(std::string_view text, time_point now) {
    if (text.size() > filter_bytes_max) {
        throw filter_error{filter_bytes_max,
                           "a filter has " + std::to_string(filter_bytes_max) +
                               " bytes at most; choose by a pattern instead of many names"};
    }
    selector which;
    std::bitset<keys.size()> given;
    term_reader terms{text};
    for (term next; terms.next(next);) {
        auto const found = std::ranges::find(keys, next.key, &filter_key::name);
        if (found == keys.end()) {
            misread(next,
                    "there is no key '" + std::string{next.key} + "'; write one of " +
                        known_keys());
        }
        auto const at = static_cast<std::size_t>(found - keys.begin());
        if (given[at]) {
            misread(next,
                    std::string{next.key} +
                        ": is given twice; all terms must hold, so write one that says both");
        }
        given.set(at);
        found->take(next, now, which);
    }
    return which;
}

std::string to_string(selector const& which) {
    std::string text;
    add_term(text, "queue", which.queue);
    add_term(text, "task", which.task);
    add_term(text, "error", which.error);
    std::string states;
    for (auto const each : which.states)
        states.append(states.empty() ? "" : ",").append(to_string(each));
    add_term(text, "state", states);
    if (which.published_after)
        add_term(text, "after", write_time(*which.published_after));
    if (which.published_before)
        add_term(text, "before", write_time(*which.published_before));
    if (!which.root.is_nil())
        add_term(text, "root", which.root.to_string());
    if (!which.parent.is_nil())
        add_term(text, "parent", which.parent.to_string());
    add_term(text, "tag", which.tag);
    add_term(text, "worker", which.worker);
    return text;
}

} // namespace peyk
