// What all clients share: whom they call and how, sending a request, and writing down what its user
// saw.
#pragma once

#include <tuple>
#include <vector>

#include "models/calls/edge.h"
#include "models/calls/tally.h"
#include "models/clients/crowd.h"
#include "models/context.h"
#include "models/node.h"

namespace models {

// The parameters that every client has.
struct ClientSpec {
    ClientCalls calls;
    spec::Distribution<sim::Duration> latency;
    std::vector<PolicyChoice> policies;
    Population population;

    void check(spec::Check& check) const { check_calls(calls, check); }
};

constexpr auto client_params() {
    using namespace spec;
    return std::tuple{
        required("calls", &ClientSpec::calls,
                 "The node, or \"node.endpoint\", or a list of several with their weights."),
        param("latency", &ClientSpec::latency, "The network, one way."),
        param("policies", &ClientSpec::policies,
              "What the client does about trouble; the first is the outermost."),
        param("population", &ClientSpec::population, "Who sends, and what requests carry.")};
}

class Client {
public:
    Client(const ClientSpec& spec, const Context& context);

    void connect();

    // The n-th request of this client, from somebody.
    struct Sending {
        std::uint64_t number;
        sim::Time intended;  // when its user meant to send it
        std::uint64_t person;
    };

    // From when its user meant to send it until it has ended. Waiting for anything before it could
    // be sent counts: no coordinated omission.
    sim::Task<Response> send(Sending sending);

    const Crowd& crowd() const { return crowd_; }

private:
    struct Way {
        std::uint32_t edge;
        EndpointId endpoint;
    };

    ClientSpec spec_;
    Context context_;
    Crowd crowd_;
    std::vector<Edge> edges_;  // one for each node called
    std::vector<Way> ways_;    // one for each call
    Tally degraded_;
    Tally stale_;
};

}  // namespace models
