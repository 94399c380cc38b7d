// Connections that are used again, so that only the first request pays for the handshake.
//
// A request takes the idle connection that was used last, or opens one; afterwards the connection
// is kept if fewer than max_idle are (Go's MaxIdleConnsPerHost is 2, nginx's keepalive 32), until
// it has been idle for idle_timeout or has served max_requests (nginx's keepalive_requests).
#pragma once

#include <chrono>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/calls/policy.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"
#include "sim/figure.h"

namespace models {

class KeepAlive final : public Keeps<KeepAlive, Policy> {
public:
    struct Spec {
        static constexpr std::string_view kind = "keep_alive";
        static constexpr std::string_view doc =
            "Keep-alive: connections are reused, and each new one costs a handshake.";
        spec::Distribution<sim::Duration> handshake =
            spec::Constant<sim::Duration>{std::chrono::milliseconds(50)};
        std::uint32_t max_idle = 100;
        sim::Duration idle_timeout = std::chrono::seconds(60);
        std::uint32_t max_requests = 1000;
        static constexpr auto figures() {
            return std::array{sim::figure("connections_opened", sim::Unit::count, sim::Merge::sum,
                                          "Connections that were opened for calls."),
                              sim::figure("connections_reused", sim::Unit::count, sim::Merge::sum,
                                          "Calls that reused an open connection.")};
        }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("handshake", &Spec::handshake,
                      "Time of the TCP and TLS handshakes before the first request: two or three "
                      "round trips."),
                param("max_idle", &Spec::max_idle, at_most(1000000u),
                      "Most idle connections kept open. With 0 each request opens a connection."),
                param("idle_timeout", &Spec::idle_timeout, at_least(sim::Duration::zero()),
                      "How long an idle connection is kept."),
                param("max_requests", &Spec::max_requests, at_least(1u),
                      "Requests a connection serves before it is closed.")};
        }
    };

    struct State {
        std::uint32_t requests;  // that its connection has served
    };

    KeepAlive(const Spec& spec, const Context& context);

    Go enter(Call& call) override;
    Go answered(Call& call) override;

private:
    struct Connection {
        sim::Time since;  // idle
        std::uint32_t requests;
    };

    void forget_old();

    Spec spec_;
    sim::Scheduler& scheduler_;
    sim::Distribution handshake_;
    std::uint64_t stream_;
    std::vector<Connection> idle_;  // the one used last is last
    Tally opened_;
    Tally reused_;
};

}  // namespace models
