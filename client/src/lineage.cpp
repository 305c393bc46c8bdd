#include <peyk/lineage.hpp>

#include <utility>

namespace peyk {
namespace {

thread_local lineage current;

} // namespace

lineage current_lineage() {
    return current;
}

lineage_scope::lineage_scope(lineage of) : outer_(std::exchange(current, of)) {}

lineage_scope::~lineage_scope() {
    current = outer_;
}

} // namespace peyk
