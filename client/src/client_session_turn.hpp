#pragma once
// The scope in which a session changes. Its end writes what there is to write.

#include "client/src/client_session.hpp"

#include <memory>
#include <utility>

namespace peyk {

class client_session::turn {
public:
    explicit turn(client_session& self)
        : self_(self), keep_(self.shared_from_this()), outer_(std::exchange(current, &self)) {}
    ~turn() {
        if (outer_ != &self_)
            self_.end_turn();
        current = outer_;
    }
    turn(turn const&) = delete;
    turn& operator=(turn const&) = delete;

    static thread_local client_session const* current;

private:
    client_session& self_;
    std::shared_ptr<client_session> keep_;
    client_session const* outer_;
};

} // namespace peyk
