#pragma once
// How the choices of a message's options are written, when typed and when shown.

#include "client/cli/value.hpp"

namespace peyk::cli {

inline constexpr choice<backoff> backoffs[] = {{"exponential", backoff::exponential},
                                               {"fixed", backoff::fixed},
                                               {"linear", backoff::linear},
                                               {"polynomial", backoff::polynomial},
                                               {"list", backoff::list}};
inline constexpr choice<jitter> jitters[] = {
    {"equal", jitter::equal}, {"none", jitter::none}, {"full", jitter::full}};
inline constexpr choice<unique_until> untils[] = {
    {"finish", unique_until::finish}, {"start", unique_until::start}, {"ttl", unique_until::ttl}};
inline constexpr choice<on_conflict> conflicts[] = {{"reject", on_conflict::reject},
                                                    {"return", on_conflict::return_existing},
                                                    {"replace", on_conflict::replace},
                                                    {"keep-last", on_conflict::keep_last}};

} // namespace peyk::cli
