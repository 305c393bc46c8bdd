#include "client/src/refusal_scope.hpp"

namespace peyk {
namespace {

thread_local refusal_words current;

} // namespace

refusal_words current_refusal() {
    return current;
}

refusal_scope::refusal_scope(refusal_words words)
    : outer_(std::exchange(current, std::move(words))) {}

refusal_scope::~refusal_scope() {
    current = std::move(outer_);
}

} // namespace peyk
