// What all clients share: whom they call and how, sending a request, and writing down what its user
// saw.
#pragma once

#include <deque>
#include <vector>

#include "models/calls/edge.h"
#include "models/calls/tally.h"
#include "models/clients/client_spec.h"
#include "models/clients/crowd.h"
#include "models/clients/splits.h"
#include "models/context.h"
#include "models/node.h"

namespace models {

class Client {
public:
    Client(const ClientSpec& spec, const Context& context);

    void connect();

    // The n-th request of this client, from somebody.
    struct Sending {
        std::uint64_t number;
        sim::Time intended;  // when its user meant to send it
        std::uint64_t person;
        const TracedRequest* as = nullptr;  // what a trace says of it
        Service* to = nullptr;              // straight to this one instance
    };

    // From when its user meant to send it until it has ended. Waiting for anything before it could
    // be sent counts: no coordinated omission.
    sim::Task<Response> send(Sending sending);
    void dismiss() { copies_.dismiss(); }

    // The measures that clients have alike.
    void finish();

    Crowd& crowd() { return crowd_; }

private:
    // With luck of its own if it is one of several. What is sent is worked out anew each time,
    // which is less than to carry it along.
    sim::Task<Response> attempt(Sending sending, std::uint32_t again = 0);
    sim::Task<Response> insist(Sending sending);
    sim::Task<void> click_again(Sending sending, sim::Duration after);

    bool counts() const { return context_.world.recorder.measured_from() <= context_.now(); }

    struct Way {
        std::uint32_t edge;
        EndpointId endpoint;
    };

    ClientSpec spec_;
    Context context_;
    Crowd crowd_;
    std::deque<Edge> edges_;   // one for each node called
    std::vector<Way> ways_;    // one for each call
    std::vector<std::string> titles_;
    Splits splits_;
    std::uint64_t in_flight_peak_ = 0;
    struct Counts {  // since the warm-up
        std::uint64_t originals = 0;
        std::uint64_t top_keys = 0;
        std::uint64_t bytes_sent = 0;
        std::uint64_t bytes_received = 0;
        std::uint64_t degraded = 0;
        std::uint64_t stale = 0;
    } counts_;
    Tally top_keys_;
    Tally bytes_sent_;
    Tally bytes_received_;
    Tally originals_;
    Tally duplicates_;
    sim::Distribution until_again_;
    std::uint64_t second_tries_;
    sim::Crew copies_;
    Tally degraded_;
    Tally stale_;
};

}  // namespace models
