#include "tests/unit/storage/record_fixture.hpp"

#include <sstream>

namespace peyk::test {

namespace {

using namespace core::record;

// Prints values one after the other, texts with their length.
class printer {
public:
    printer& operator<<(std::string_view text) {
        out_ << '"' << text.size() << ':' << text << "\" ";
        return *this;
    }
    printer& operator<<(std::uint64_t value) {
        out_ << value << ' ';
        return *this;
    }
    printer& operator<<(core::wall_time value) {
        out_ << value.time_since_epoch().count() << "ms ";
        return *this;
    }
    template <class Tag>
    printer& operator<<(core::id128<Tag> value) {
        return *this << value.high << value.low;
    }
    template <class Tag, class Rep>
    printer& operator<<(core::number<Tag, Rep> value) {
        return *this << std::uint64_t{value.value};
    }
    printer& operator<<(core::counters value) {
        return *this << std::uint64_t{value.attempts} << std::uint64_t{value.crashes}
                     << std::uint64_t{value.deliveries};
    }
    printer& operator<<(core::delivery_token value) { return *this << value.epoch << value.number; }
    printer& operator<<(core::task_error const& value) {
        return *this << value.type << value.text << value.trace;
    }
    printer& operator<<(core::message const& m) {
        *this << m.id << m.queue << m.task << std::uint64_t{m.priority} << m.eta << m.expires;
        *this << std::uint64_t{m.retry.max_retries} << std::uint64_t{m.retry.factor_percent};
        *this << std::uint64_t{m.retry.base_ms} << std::uint64_t{m.retry.max_ms};
        *this << static_cast<std::uint64_t>(m.retry.spread) << std::uint64_t{m.result.ttl_s};
        *this << std::uint64_t{m.result.keep} << std::uint64_t{m.result.track_started};
        return *this << std::uint64_t{m.max_crashes} << m.content;
    }

    [[nodiscard]] std::string text() const { return out_.str(); }

private:
    std::ostringstream out_;
};

void print(printer& out, epoch_started const& r) {
    out << r.epoch << r.at;
}
void print(printer&, stopped_cleanly const&) {}
void print(printer& out, session_opened const& r) {
    out << r.session << r.name << std::uint64_t{r.consumes};
    for (auto const& [first, last] : r.accepted) {
        out << first << last;
    }
}
void print(printer& out, session_ended const& r) {
    out << r.session;
}
void print(printer& out, published const& r) {
    out << r.number << r.message << r.at << r.session << r.sequence;
}
void print(printer& out, message_kept const& r) {
    out << r.number << r.message << r.at << static_cast<std::uint64_t>(r.state) << r.due
        << std::uint64_t{r.retrying} << r.counters << r.last_error << r.lease << r.holder
        << std::uint64_t{r.started};
}
void print(printer& out, leased const& r) {
    out << r.number << r.token << r.session;
}
void print(printer& out, requeued const& r) {
    out << r.number << r.due << std::uint64_t{r.retrying} << r.counters << r.error;
}
void print(printer& out, started const& r) {
    out << r.number << r.at;
}
void print(printer& out, finished const& r) {
    out << r.number << r.id << r.queue << r.task << static_cast<std::uint64_t>(r.outcome.state)
        << std::uint64_t{r.outcome.expired} << r.outcome.result << r.outcome.content_type
        << r.outcome.error << r.outcome.settled_by << r.outcome.worker << r.outcome.finished
        << r.counters << r.published << r.until;
}
void print(printer& out, forgotten const& r) {
    out << r.number;
}

} // namespace

std::string describe(core::any_record const& record) {
    printer out;
    out << std::uint64_t{record.index()};
    std::visit([&](auto const& fact) { print(out, fact); }, record);
    return out.text();
}

} // namespace peyk::test
