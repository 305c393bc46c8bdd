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
    printer& operator<<(core::progress const& value) {
        return *this << value.done << value.total << value.text;
    }
    printer& operator<<(core::attempt const& value) {
        return *this << value.worker << value.began << value.ended << std::uint64_t{value.crash}
                     << value.error.view();
    }
    printer& operator<<(core::traces const& value) {
        *this << std::uint64_t{value.history.size()};
        for (auto const& each : value.history) {
            *this << each;
        }
        return *this << value.progress << value.log << value.log_end << value.checkpoint;
    }
    printer& operator<<(core::uniqueness const& value) {
        return *this << value.key << static_cast<std::uint64_t>(value.until)
                     << static_cast<std::uint64_t>(value.conflict) << std::uint64_t{value.ttl_s};
    }
    printer& operator<<(core::duration value) {
        return *this << static_cast<std::uint64_t>(value.count());
    }
    printer& operator<<(core::limit_names const& value) {
        return *this << value.task << value.queue << value.key;
    }
    printer& operator<<(core::limit_settings const& value) {
        return *this << std::uint64_t{value.rate.thousandths} << std::uint64_t{value.rate.seconds}
                     << std::uint64_t{value.burst} << std::uint64_t{value.concurrency}
                     << std::uint64_t{value.per_worker};
    }
    printer& operator<<(core::message_edit const& value) {
        return *this << value.priority << value.expires << value.max_retries;
    }
    printer& operator<<(std::span<std::string_view const> texts) {
        *this << std::uint64_t{texts.size()};
        for (auto const text : texts) {
            *this << text;
        }
        return *this;
    }
    printer& operator<<(core::placement const& value) {
        return *this << value.ordering_key << value.fairness_key << value.limit_key
                     << std::uint64_t{value.cost} << value.labels;
    }
    template <class Value>
    printer& operator<<(std::optional<Value> const& value) {
        return value ? *this << "is" << *value : *this << "is not";
    }
    printer& operator<<(std::optional<core::overflow> value) {
        return *this << (value ? std::optional{static_cast<std::uint64_t>(*value)} : std::nullopt);
    }
    printer& operator<<(std::optional<std::uint32_t> value) {
        return *this << (value ? std::optional{std::uint64_t{*value}} : std::nullopt);
    }
    printer& operator<<(std::optional<std::uint16_t> value) {
        return *this << (value ? std::optional{std::uint64_t{*value}} : std::nullopt);
    }
    printer& operator<<(std::optional<std::uint8_t> value) {
        return *this << (value ? std::optional{std::uint64_t{*value}} : std::nullopt);
    }
    printer& operator<<(core::selector const& value) {
        return *this << value.queue << value.task << value.error
                     << std::uint64_t{value.states.bits()} << value.root << value.parent
                     << value.published_after << value.published_before << value.tag
                     << value.worker;
    }
    printer& operator<<(core::message const& m) {
        *this << m.id << m.queue << m.task << std::uint64_t{m.priority} << m.eta << m.expires;
        *this << std::uint64_t{m.retry.max_retries} << std::uint64_t{m.retry.factor_percent};
        *this << std::uint64_t{m.retry.base_ms} << std::uint64_t{m.retry.max_ms};
        *this << static_cast<std::uint64_t>(m.retry.spread) << std::uint64_t{m.result.ttl_s};
        *this << std::uint64_t{m.result.keep} << std::uint64_t{m.result.track_started};
        *this << static_cast<std::uint64_t>(m.retry.curve) << std::uint64_t{m.max_age_s};
        for (auto const delay : m.retry_delays_ms) {
            *this << std::uint64_t{delay};
        }
        *this << m.unique << m.root << m.parent << m.placement << m.tags;
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
    out << r.number << r.message << r.at << r.session << r.sequence << r.schedule << r.slot
        << std::uint64_t{r.blocked};
}
void print(printer& out, message_kept const& r) {
    out << r.number << r.message << r.at << static_cast<std::uint64_t>(r.state) << r.due
        << std::uint64_t{r.retrying} << r.counters << r.last_error << r.lease << r.holder
        << std::uint64_t{r.started} << std::uint64_t{r.acknowledged} << std::uint64_t{r.has_turn}
        << r.traces;
}
void print(printer& out, leased const& r) {
    out << r.number << r.token << r.session << r.at;
}
void print(printer& out, requeued const& r) {
    out << r.number << r.due << std::uint64_t{r.retrying} << r.counters << r.error
        << std::uint64_t{r.failed} << std::uint64_t{r.crash} << r.worker << r.began << r.ended;
}
void print(printer& out, rescheduled const& r) {
    out << r.number << r.due;
}
void print(printer& out, edited const& r) {
    out << r.number << r.change;
}
void print(printer& out, moved const& r) {
    out << r.number << r.queue;
}
void print(printer& out, redriven const& r) {
    out << r.number << r.queue << std::uint64_t{r.reset_counters} << r.at
        << std::uint64_t{r.keyless};
}
void print(printer& out, reported const& r) {
    out << r.number << r.progress << r.checkpoint << r.log;
}
void print(printer& out, started const& r) {
    out << r.number << r.at << std::uint64_t{r.acknowledged};
}
void print(printer& out, finished const& r) {
    out << r.number << r.id << r.queue << r.task << static_cast<std::uint64_t>(r.outcome.state)
        << std::uint64_t{r.outcome.expired} << r.outcome.result << r.outcome.content_type
        << r.outcome.error << r.outcome.settled_by << r.outcome.worker << r.outcome.finished
        << static_cast<std::uint64_t>(r.outcome.death) << r.outcome.origin << r.counters
        << r.published << r.until << r.traces << std::uint64_t{r.failed} << std::uint64_t{r.crash}
        << r.began << r.root << r.parent << r.tags << r.expires << std::uint64_t{r.priority};
}
void print(printer& out, forgotten const& r) {
    out << r.number;
}
void print(printer& out, queue_created const& r) {
    out << r.name;
}
void print(printer& out, queue_deleted const& r) {
    out << r.name;
}
void print(printer& out, policy_set const& r) {
    auto const& s = r.settings;
    out << r.pattern << static_cast<std::uint64_t>(std::int64_t{r.priority}) << s.max_length
        << s.max_bytes << s.overflow << s.default_ttl_s << s.lease_ms << s.max_crashes << s.aging_s
        << s.dead_letter << s.dead_ttl_s << s.dead_max;
}
void print(printer& out, policy_removed const& r) {
    out << r.pattern;
}
void print(printer& out, hold_set const& r) {
    out << static_cast<std::uint64_t>(r.scope) << r.name << r.until << r.reason
        << std::uint64_t{r.rate_limit};
}
void print(printer& out, hold_released const& r) {
    out << static_cast<std::uint64_t>(r.scope) << r.name;
}
void print(printer& out, limit_set const& r) {
    out << r.names << r.settings;
}
void print(printer& out, limit_spent const& r) {
    out << r.names << static_cast<std::uint64_t>(r.until_ns) << r.worker;
}
void print(printer& out, share_set const& r) {
    out << r.key << std::uint64_t{r.weight};
}
void print(printer& out, unique_taken const& r) {
    out << r.key << r.message << r.until;
}
void print(printer& out, schedule_set const& r) {
    auto const& s = r.spec;
    out << s.name << s.cron << s.zone << s.every << s.start << s.end << s.jitter
        << static_cast<std::uint64_t>(s.misfire) << static_cast<std::uint64_t>(s.overlap)
        << std::uint64_t{s.paused} << std::uint64_t{s.configured} << s.expires_after << s.message
        << r.since << r.last_slot
        << r.last_message << r.fired << r.skipped;
}
void print(printer& out, schedule_removed const& r) {
    out << r.name;
}
void print(printer& out, slots_skipped const& r) {
    out << r.name << r.last_slot << r.count;
}
void print(printer& out, sweep_began const& r) {
    auto const& s = r.spec;
    out << r.id << r.below << static_cast<std::uint64_t>(s.action) << s.which << s.to << s.due
        << s.reason << std::uint64_t{s.rate_per_s} << std::uint64_t{s.terminate}
        << std::uint64_t{s.reset_counters} << s.edits << r.changed;
}
void print(printer& out, sweep_ended const& r) {
    out << r.id;
}

} // namespace

std::string describe(core::any_record const& record) {
    printer out;
    out << std::uint64_t{record.index()};
    std::visit([&](auto const& fact) { print(out, fact); }, record);
    return out.text();
}

} // namespace peyk::test
