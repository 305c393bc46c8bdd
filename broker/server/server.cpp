#include "broker/server/server.hpp"

#include "broker/core/broker_state.hpp"
#include "broker/net/listener.hpp"
#include "broker/server/clock.hpp"
#include "broker/server/engine.hpp"
#include "broker/server/open_files.hpp"
#include "broker/server/recovery.hpp"
#include "broker/server/system_time_zones.hpp"
#include "broker/server/version.hpp"
#include "broker/storage/posix_file_system.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/spdlog.h>

#include <csignal>
#include <fstream>
#include <random>
#include <stdexcept>

namespace peyk::server {

namespace asio = boost::asio;

namespace {

std::uint64_t random_seed() {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
}

asio::ip::tcp::endpoint endpoint_of(config const& with) {
    return {asio::ip::make_address(with.address), with.port};
}

std::string url_of(config const& with, asio::ip::tcp::endpoint const& bound) {
    if (!with.advertised_url.empty())
        return with.advertised_url;
    auto const address = bound.address();
    auto const text = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    return "peyk://" + text + ":" + std::to_string(bound.port());
}

} // namespace

struct server::members {
    config const settings;
    asio::io_context loop{1}; // first: what waits in it goes last
    clock time;
    system_time_zones zones;
    core::broker_state state;
    recovered_journal recovered; // the journal, and what recovery has produced
    // The engine needs to know the address, the listener needs the engine.
    std::unique_ptr<engine> pump;
    std::unique_ptr<net::session_environment> shared;
    std::unique_ptr<net::listener> door;
    asio::signal_set signals;
    bool draining = false;
    int exit_code = 0;

    explicit members(config const& with)
        : settings(with), state(with.limits, random_seed(), &zones),
          recovered(recover(with, state, time)), signals(loop, SIGTERM, SIGINT) {}

    void listen();
    void open_door();
    void wait_for_signal();
    void begin_drain(char const* why);
    void fail(std::string const& why);
};

void server::members::listen() {
    engine_options options;
    options.limits = settings.limits;
    options.frame_bytes_max = static_cast<std::uint32_t>(settings.sessions.frame_bytes_max);
    options.started = time.now().wall;
    options.recovery_s = recovered.seconds;
    options.pressure = settings.pressure;
    options.statistics = std::filesystem::path{settings.journal.directory} / "statistics";
    options.on_failure = [this](std::string const& why) {
        fail(why);
    };
    pump = std::make_unique<engine>(loop, state, *recovered.journal, time, options);
    shared = std::make_unique<net::session_environment>(*pump, settings.sessions);
    net::listener_options where;
    where.endpoint = endpoint_of(settings);
    where.connections_max = room_for_connections(settings.connections_max);
    try {
        door = std::make_unique<net::listener>(loop, *shared, where);
    } catch (boost::system::system_error const& e) {
        throw std::runtime_error{"cannot listen on " + settings.address + ":" +
                                 std::to_string(settings.port) + ": " + e.code().message()};
    }
    pump->set_url(url_of(settings, door->endpoint()));
}

// The journal can be written: nobody is let in before, to be cut off at once.
void server::members::open_door() {
    if (draining)
        return;
    door->start();
    auto const bound = door->endpoint();
    spdlog::info("{} listens on {}:{}", broker_name, bound.address().to_string(), bound.port());
}

void server::members::wait_for_signal() {
    signals.async_wait([this](boost::system::error_code ec, int number) {
        if (ec)
            return;
        if (draining) {
            spdlog::warn("second signal: stopping at once; what was not confirmed may be lost");
            exit_code = 128 + number;
            loop.stop();
            return;
        }
        begin_drain(number == SIGTERM ? "SIGTERM" : "SIGINT");
        wait_for_signal();
    });
}

void server::members::begin_drain(char const* why) {
    if (std::exchange(draining, true))
        return;
    spdlog::info("{}: stopping; {} connections", why, door->connections());
    door->stop();
    pump->drain([this] {
        door->shut_down_sessions([this] {
            spdlog::info("stopped cleanly");
            loop.stop();
        });
    });
}

// Nothing may be confirmed any more, and nobody can know what the disk holds: the connections are
// cut, the clients take their unconfirmed publishes elsewhere or send them again.
void server::members::fail(std::string const& why) {
    spdlog::critical("the journal cannot be written: {}", why);
    exit_code = 1;
    loop.stop();
}

server::server(config const& with) : self_(std::make_unique<members>(with)) {
    self_->listen();
}

server::~server() = default;

int server::run() {
    auto& self = *self_;
    self.wait_for_signal();
    self.pump->start(self.recovered.output, [&self] { self.open_door(); });
    self.loop.run();
    return self.exit_code;
}

void server::stop() {
    asio::post(self_->loop, [self = self_.get()] { self->begin_drain("asked to"); });
}

std::uint16_t server::port() const {
    return self_->door->endpoint().port();
}

void server::write_port(std::filesystem::path const& file) const {
    auto const aside = file.string() + ".new";
    {
        std::ofstream out{aside};
        out << port() << '\n';
        out.close();
        if (!out)
            throw std::runtime_error{"cannot write the port file " + aside};
    }
    std::filesystem::rename(aside, file);
}

} // namespace peyk::server
