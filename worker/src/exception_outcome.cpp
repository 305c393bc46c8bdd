#include "worker/src/exception_outcome.hpp"

#include "worker/src/backoff.hpp"
#include <peyk/attempt_end.hpp>
#include <peyk/error_types.hpp>

#include <boost/core/demangle.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <string>
#include <typeinfo>

#include <cxxabi.h>

namespace peyk::worker_detail {
namespace {

// What a coroutine of the library throws ends with the number of the code, [peyk:40]: for logs.
std::string sentence_of(std::exception const& thrown) {
    std::string said = thrown.what();
    auto const* const coded = dynamic_cast<boost::system::system_error const*>(&thrown);
    bool const ours = coded != nullptr && coded->code().category() == peyk::error_category();
    if (auto const number = said.rfind(" [peyk:"); ours && number != std::string::npos)
        said.resize(number);
    return said;
}

// What an exception carries inside (std::throw_with_nested), outermost first, one line each.
void append_causes(std::exception const& outer, std::string& to) {
    try {
        std::rethrow_if_nested(outer);
    } catch (std::exception const& inner) {
        to +=
            "caused by " + error_detail::name_of(typeid(inner)) + ": " + sentence_of(inner) + "\n";
        append_causes(inner, to);
    } catch (...) {
        to += "caused by something that is no std::exception\n";
    }
}

// The broker cuts at 16 KiB in all; what is sent need not be much more.
constexpr std::size_t text_bytes_max = 8u << 10;

error_report report_of(std::exception const& thrown) {
    error_report report{
        .type = error_detail::name_of(typeid(thrown)), .message = sentence_of(thrown), .trace = {}};
    append_causes(thrown, report.trace);
    report.message.resize(std::min(report.message.size(), text_bytes_max));
    report.trace.resize(std::min(report.trace.size(), text_bytes_max));
    return report;
}

outcome failed(error_report report, attempt_facts const& facts) {
    if (facts.message_max_retries > 0)
        return verdict::failure{.error = std::move(report), .permanent = false};
    auto const too_old = facts.registered.max_age.count() > 0 &&
                         facts.now - facts.published_at > facts.registered.max_age;
    if (facts.attempt > facts.registered.max_retries || too_old)
        return verdict::failure{.error = std::move(report), .permanent = true};
    auto const delay = backoff(facts.registered, facts.attempt, facts.random);
    return verdict::retry{.at = facts.now + delay, .error = std::move(report)};
}

outcome asked_to_retry(std::exception const& asked, time_point at, attempt_facts const& facts) {
    auto const most = facts.max_retries();
    if (most > 0 && facts.attempt > most)
        return verdict::failure{.error = report_of(asked), .permanent = true};
    return verdict::retry{.at = at, .error = report_of(asked)};
}

} // namespace

outcome outcome_of(std::exception_ptr const& thrown, attempt_facts const& facts) {
    try {
        std::rethrow_exception(thrown);
    } catch (retry_later const& e) {
        return asked_to_retry(e, facts.now + e.after(), facts);
    } catch (retry_at const& e) {
        return asked_to_retry(e, e.at(), facts);
    } catch (permanent_error const& e) {
        return verdict::failure{.error = report_of(e), .permanent = true};
    } catch (reject const& e) {
        return verdict::dead{.error = report_of(e)};
    } catch (snooze const& e) {
        return verdict::snooze{.at = facts.now + e.after()};
    } catch (rate_limited const& e) {
        return verdict::rate_limited{.until = e.until(), .scope = e.scope()};
    } catch (drop const&) {
        return verdict::drop{};
    } catch (attempt_stopped const&) {
        return verdict::release{}; // it does not count: whoever stopped it has settled it
    } catch (std::exception const& e) {
        return failed(report_of(e), facts);
    } catch (...) {
        auto const* const type = __cxxabiv1::__cxa_current_exception_type();
        error_report report{.type =
                                type != nullptr ? boost::core::demangle(type->name()) : "unknown",
                            .message = "the task threw something that is no std::exception",
                            .trace = {}};
        return failed(std::move(report), facts);
    }
}

} // namespace peyk::worker_detail
