#pragma once
// Runs what it is given on another executor and, meanwhile, says whose task the thread runs: many
// coroutines share a thread, and each publishes for its own message.

#include <peyk/lineage.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <utility>

namespace peyk::worker_detail {

class lineage_executor {
public:
    lineage_executor(boost::asio::any_io_executor inner, lineage of)
        : inner_(std::move(inner)), of_(of) {}

    template <class Property>
    requires boost::asio::can_query_v<boost::asio::any_io_executor const&, Property>
    [[nodiscard]] decltype(auto) query(Property const& which) const {
        return boost::asio::query(inner_, which);
    }
    template <class Property>
    requires boost::asio::can_require_v<boost::asio::any_io_executor const&, Property>
    [[nodiscard]] lineage_executor require(Property const& which) const {
        return {boost::asio::require(inner_, which), of_};
    }
    template <class Property>
    requires boost::asio::can_prefer_v<boost::asio::any_io_executor const&, Property>
    [[nodiscard]] lineage_executor prefer(Property const& which) const {
        return {boost::asio::prefer(inner_, which), of_};
    }
    template <class Function>
    void execute(Function&& what) const {
        inner_.execute([what = std::forward<Function>(what), of = of_]() mutable {
            lineage_scope const within{of};
            std::move(what)();
        });
    }
    friend bool operator==(lineage_executor const& a, lineage_executor const& b) noexcept {
        return a.inner_ == b.inner_ && a.of_.parent == b.of_.parent;
    }

private:
    boost::asio::any_io_executor inner_;
    lineage of_;
};

} // namespace peyk::worker_detail
