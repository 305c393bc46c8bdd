#pragma once
// How the oracle finds answers in what the core said.

#include "broker/core/effect.hpp"
#include "tests/simulation/model.hpp"

#include <vector>

namespace peyk::simulation {

// The one answer of this kind to a request, or null when the whole request was refused.
template <class Effect>
[[nodiscard]] Effect const* answer_to(auto const& command, core::output const& out) {
    Effect const* found = nullptr;
    bool refused = false;
    for (auto const& e : out.effects) {
        if (auto const* a = std::get_if<Effect>(&e);
            a && a->session == command.session && a->request == command.request) {
            must(!found && !refused, "two answers to one request");
            found = a;
        } else if (auto const* r = std::get_if<core::effect::refused>(&e);
                   r && r->session == command.session && r->request == command.request) {
            must(!found && !refused, "two answers to one request");
            refused = true;
        }
    }
    must(found || refused, "a request without an answer");
    return found;
}

[[nodiscard]] inline core::errc refusal_of(std::vector<core::refusal> const& list,
                                           std::size_t index) {
    for (auto const& r : list) {
        if (r.index == index) {
            return r.code;
        }
    }
    return core::errc::ok;
}

} // namespace peyk::simulation
