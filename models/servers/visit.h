// A call's visit at an instance of a server, in blocks, from the outside in:
//
//     Residence    at this instance: what it calls comes from here
//     DoorHop      the links to here and back, where there is a network
//     CrossZone    what comes from another zone, where that costs
//     Looking, Measure
//     Door         refused by who is down, and then the policies of admission, where there are any;
//     Inside       behind them, in a frame of its own
//     Visiting     counted at the instance; dies with it
//     Threading    a thread, or a place in the line for one
//     Injected     what failures do to calls
//     Preparing    the log, a version's faults, what tracing costs
//     the steps of the endpoint
//
// What is not configured is not there. server_program.h puts them together.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "models/blocks/measure.h"
#include "models/blocks/scope_chain.h"
#include "models/context.h"
#include "models/servers/slow_log.h"
#include "sim/semaphore.h"

namespace models {

class Server;
class ServerInstance;

// What few visits have: where their time goes, and which branches of experiments they took.
struct VisitNotes final : sim::Pooled {
    std::optional<RequestProfile> profile;
    std::vector<std::pair<std::uint32_t, std::size_t>> choices;
    sim::Time arrived{};
    bool counted = false;
};

// At this instance, for all that goes on here.
class Residence final : public Keeps<Residence> {
public:
    struct State {
        std::uint32_t caller;
        PlaceId place;
    };

    // The way in: which instance it is, is not in the program.
    Go come(Call& call, std::uint32_t instance, PlaceId place) {
        begin(call, call.request.caller, call.request.place);
        call.request.caller = instance;
        call.request.place = place;
        return on();
    }

    Go enter(Call&) override { return on(); }
    Go answered(Call& call) override;
    void abandoned(Call& call) override;
    void restore(Call& call) override;
};

// Counted at the instance; dies with it.
class Visiting final : public Keeps<Visiting> {
public:
    struct State {
        State(ServerInstance& at, sim::Time now) : instance(&at), arrived(now) {}
        sim::Time came(bool takes_notes) const { return takes_notes ? notes->arrived : arrived; }

        ServerInstance* instance;
        union {
            sim::Time arrived;
            VisitNotes* notes;  // where they are taken
        };
    };

    explicit Visiting(Server& server);

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    void abandoned(Call& call) override;
    const void* dies_with(Call& call, std::uint32_t state) const override {
        return call.state_at<State>(state).instance;
    }

private:
    void leave(Call& call, bool succeeded);

    Server& server_;
    bool takes_notes_;
    bool leaks_;  // descriptors
};

// A thread for as long as it is held; else a place in the line for one.
class Threading final : public Keeps<Threading> {
public:
    struct State {
        sim::Semaphore* held;  // null: none now
    };

    explicit Threading(Server& server);
    ~Threading() override;

    // Whether it waits at this server for the thread of its visit.
    static bool is_in_line(const Call& call, const Server& server);

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    void abandoned(Call& call) override;
    bool finishes(Call& call) const override;

private:
    class Line;
    Go ready(Call& call);

    Server& server_;
    std::unique_ptr<Line> line_;
};

// The usual visit: nothing is between these. With traces or logs there is one more of them.
using VisitChain = ScopeChain<Residence, Measure, Visiting, Threading>;
using ObservedVisitChain = ScopeChain<Residence, Observing, Measure, Visiting, Threading>;
extern template class ScopeChain<Residence, Measure, Visiting, Threading>;
extern template class ScopeChain<Residence, Observing, Measure, Visiting, Threading>;

// A thread for a branch of a visit, where threads are for work only.
class BranchThread final : public Keeps<BranchThread> {
public:
    using State = Threading::State;

    explicit BranchThread(Server& server);
    ~BranchThread() override;

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    void abandoned(Call& call) override;

private:
    class Take;

    Server& server_;
    std::unique_ptr<Take> take_;
};

}  // namespace models
