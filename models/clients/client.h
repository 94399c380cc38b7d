// What all clients share: whom they call and how, sending a request, and writing down what its user
// saw.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/blocks/ask.h"
#include "models/calls/edge.h"
#include "models/calls/tally.h"
#include "models/clients/attempt.h"
#include "models/clients/client_spec.h"
#include "models/clients/replaying.h"
#include "models/clients/request_source.h"
#include "models/clients/splits.h"
#include "models/clients/witness.h"
#include "models/context.h"
#include "models/node.h"

namespace models {

class Client {
public:
    // `slots` are told how each request has ended.
    Client(const ClientSpec& spec, const Context& context, ClosedLoopSlots* slots = nullptr);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void connect();

    // The n-th request of this client, from somebody.
    struct Sending {
        std::uint64_t number;
        sim::Time intended;  // when its user meant to send it
        std::uint64_t person;
        const TracedRequest* as = nullptr;  // what a trace says of it
        Service* to = nullptr;              // straight to this one instance
        std::uint32_t slot = 0;             // who is told
        std::uint32_t again = 0;            // not the first of its kind: has luck of its own
        std::uint32_t call = RequestSource::kAnyCall;  // which of the client's calls
    };

    // From when its user meant to send it until it has ended, and all that he sends again.
    void send(const Sending& sending);

    // The same of a coroutine, which gets the last answer.
    sim::Task<Response> insist(Sending sending);

    void dismiss() { copies_.dismiss(); }

    // The measures that clients have alike.
    void finish();

    RequestSource& source() { return source_; }
    // What it sends comes from this trace, as far as it says. Before connect().
    void follow(const Trace& trace);

private:
    class Door;
    class Attempting;

    struct Way {
        Edge* edge;
        EndpointId endpoint;
        History* history;  // null: nobody listens
    };

    void put_inside(Block& scope);
    Go open(Call& call, const Sending& sending);
    void look_closer(Call& call, const Sending& sending, const RequestSource::Asked& asked);

    // co_await attempt(sending)
    Attempting attempt(const Sending& sending);
    sim::Task<void> insist_for_a_slot(Sending sending);
    sim::Task<void> click_again(Sending sending, sim::Duration after);

    ClientSpec spec_;
    Context context_;
    RequestSource source_;
    std::vector<std::unique_ptr<Edge>> edges_;  // one for each node called
    std::vector<Way> ways_;                     // one for each call
    std::vector<std::string> titles_;
    ClosedLoopSlots* slots_;
    Block* innermost_ = &Return::block();  // of these, from the outside in
    std::optional<ClosedLoopSlot> slot_;
    Attempt attempt_;
    Splits splits_;
    std::optional<Transfer> transfer_;
    std::optional<AnswerSize> answer_size_;
    std::optional<Witness> witness_;
    std::optional<Replaying> replaying_;
    bool has_more_;  // than the attempt to open
    bool insists_;   // its users send again
    Tally top_keys_;
    Tally bytes_sent_;
    Tally bytes_received_;
    Tally originals_;
    Tally duplicates_;
    sim::Distribution until_again_;
    std::uint64_t second_tries_;
    sim::TaskGroup copies_;
    Tally degraded_;
    Tally stale_;
    Tally wrong_;
};

}  // namespace models
