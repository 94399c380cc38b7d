// The parameters that every client has: whom it calls and how, and who sends.
#pragma once

#include <array>
#include <tuple>
#include <vector>

#include "models/calls/policy.h"
#include "models/clients/calls.h"
#include "models/clients/journey.h"
#include "models/clients/resubmission.h"
#include "models/keys/population.h"
#include "models/network/bitrate.h"
#include "models/spec/declaration/spec.h"

namespace models {

// What a balancer can see of the traffic: of HTTP everything, of the others addresses, ports and
// bytes.
enum class Protocol { http, tcp, udp };

constexpr auto names_of(Protocol) {
    return std::array{
        spec::Word{"http", Protocol::http, "Paths, headers and cookies."},
        spec::Word{"tcp", Protocol::tcp, "A byte stream: no paths, headers or cookies."},
        spec::Word{"udp", Protocol::udp, "Datagrams, without a connection."}};
}

struct ClientSpec {
    ClientCalls calls;
    spec::Distribution<sim::Duration> latency;
    Protocol protocol = Protocol::http;
    Bitrate bandwidth;
    std::vector<PolicyChoice> policies;
    Population population;
    Resubmission resubmit;
    JourneySpec journey;  // of users only

    spec::Around around() const { return around_call(policies, latency); }
    void check(spec::Check& check) const { check_calls(calls, check); }
    // How often each of the calls is made, of one request; they add up to 1.
    std::vector<double> call_shares() const;
};

constexpr auto client_params() {
    using namespace spec;
    return std::tuple{
        required("calls", &ClientSpec::calls,
                 "The node, or \"node.endpoint\", or a list of several with their weights."),
        param("latency", &ClientSpec::latency, "The network, one way, instead of the links there."),
        param("protocol", &ClientSpec::protocol,
              "Protocol of the clients. A layer-7 balancer understands only http."),
        param("bandwidth", &ClientSpec::bandwidth,
              "Bandwidth of each user's own access line, on which bodies take time. With 0bit/s "
              "(the default) bodies arrive at once."),
        param("policies", &ClientSpec::policies,
              "Resilience policies of the client: timeout, retry, hedging and so on; the first is "
              "the outermost."),
        param("population", &ClientSpec::population,
              "The users behind the requests: how many people, their segments, locales and "
              "addresses."),
        param("resubmit", &ClientSpec::resubmit,
              "Duplicate operations: users who click twice or try again after a failure.")};
}

}  // namespace models
