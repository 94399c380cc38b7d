#include "models/servers/visit.h"

#include <algorithm>

#include "models/servers/fleet.h"
#include "models/servers/server_instance.h"
#include "models/spans.h"

namespace models {

// --- Residence ---

Go Residence::answered(Call& call) {
    restore(call);
    end(call);
    return back();
}

void Residence::abandoned(Call& call) {
    restore(call);
    end(call);
}

void Residence::restore(Call& call) {
    const State& my = mine(call);
    call.request.caller = my.caller;
    call.request.place = my.place;
}

// --- Visiting ---

Visiting::Visiting(Server& server)
    : server_(server),
      takes_notes_(server.takes_notes()),
      leaks_(server.spec().descriptor_leaks.value > 0) {}

Go Visiting::enter(Call& call) {
    ServerInstance& instance = server_.fleet().at(call.request.caller);
    if (const Cause cause = instance.refusal_of(call.request); cause != Cause::none) [[unlikely]] {
        if (Objective* const objective = server_.objective()) objective->refused();
        const bool is_up = cause == cause::queue_full;
        return answer(call, {is_up ? Outcome::rejected : Outcome::failed, cause});
    }
    State& my = begin(call, instance, server_.context().now());
    if (takes_notes_) [[unlikely]] {
        auto* const notes = new VisitNotes;
        notes->arrived = my.arrived;
        my.notes = notes;
        if (SlowLog* const log = instance.slow_log()) {
            my.notes->profile.emplace(*log, server_.name_of(call.request.endpoint));
            my.notes->profile->begins("waiting for a thread");
        }
    }
    instance.come();
    return on();
}

Go Visiting::answered(Call& call) {
    ServerInstance& instance = *mine(call).instance;
    if (leaks_) [[unlikely]]
        instance.leak_descriptor(call.request);
    if (takes_notes_) [[unlikely]] {
        VisitNotes& notes = *mine(call).notes;
        if (!notes.choices.empty()) {
            server_.compare(call.request, notes.choices, notes.counted, notes.arrived);
        }
        if (notes.profile) notes.profile->ended(call.response.outcome);
    }
    if (!call.ok()) [[unlikely]] {
        call.response.by_application = true;
        call.response.by_proxy = false;
    }
    leave(call, call.ok());
    return back();
}

void Visiting::abandoned(Call& call) {
    leave(call, false);
}

void Visiting::leave(Call& call, bool succeeded) {
    const State my = mine(call);
    my.instance->go(my.came(takes_notes_), succeeded);
    if (takes_notes_) [[unlikely]]
        delete my.notes;
    end(call);
}

// --- Threading ---

// By the rules of the line: who waits, how long, who is next and who is dropped.
class Threading::Line final : public Keeps<Line> {
public:
    struct State {
        State(ServerInstance& at, const Request& request) : taking(at.take_thread(request)) {}
        sim::Semaphore::TakingUntil taking;
    };

    Line(Server& server, Threading& threading) : server_(server), threading_(threading) {
        link(&threading, nullptr);
    }

    Go enter(Call& call) override {
        State& my = begin(call, server_.at(call.request.caller), call.request);
        if (my.taking.await_ready()) return woken(call);
        my.taking.await_suspend(call);
        return stay(call);
    }
    Go woken(Call& call) override {
        const Visiting::State& visit = server_.visit(call);
        ServerInstance& instance = *visit.instance;
        const sim::Time arrived = visit.came(server_.takes_notes());
        const sim::Time now = instance.world().scheduler.now();
        sim::Permit thread = mine(call).taking.await_resume();
        end(call);
        server_.spent(call, Spent::queueing, now - arrived);
        spent_in(instance.world(), call.request, Spent::queueing, arrived, now);
        const bool is_shed = instance.has_rules() && (!thread || instance.drops(now - arrived));
        threading_.mine(call).held = thread.release();
        if (is_shed) {
            server_.shed();
            return answer(call, {Outcome::rejected, cause::shed});
        }
        return threading_.ready(call);
    }
    bool is_of(const Server& server) const { return &server == &server_; }

private:
    Server& server_;
    Threading& threading_;
};

Threading::Threading(Server& server)
    : server_(server), line_(std::make_unique<Line>(server, *this)) {}

Threading::~Threading() = default;

bool Threading::is_in_line(const Call& call, const Server& server) {
    const auto* const line = dynamic_cast<const Line*>(call.at);
    return line != nullptr && line->is_of(server);
}

Go Threading::enter(Call& call) {
    ServerInstance& instance = *call.top<Visiting::State>().instance;  // right around this
    if (instance.has_rules() || !instance.threads().try_take()) [[unlikely]] {
        begin(call, nullptr);
        instance.note_waiting();
        return {line_.get(), Way::enter};
    }
    begin(call, &instance.threads());
    spent_in(server_.context().world, call.request, Spent::queueing, server_.context().now(),
             server_.context().now());
    return ready(call);
}

Go Threading::ready(Call& call) {
    if (call.request.deadline <= server_.context().now() && server_.heeds_deadlines())
        [[unlikely]] {
        call.response = {Outcome::rejected, cause::deadline};
        return answered(call);
    }
    return on();
}

Go Threading::answered(Call& call) {
    abandoned(call);
    return back();
}

void Threading::abandoned(Call& call) {
    if (sim::Semaphore* const held = mine(call).held) held->give_back();
    end(call);
}

bool Threading::finishes(Call& call) const {
    return server_.finishes(call);
}

template class ScopeChain<Residence, Measure, Visiting, Threading>;
template class ScopeChain<Residence, Observing, Measure, Visiting, Threading>;

// --- BranchThread ---

class BranchThread::Take final : public Keeps<Take> {
public:
    struct State {
        explicit State(sim::Semaphore& threads) : taking(threads.take()) {}
        sim::Semaphore::Taking taking;
    };

    Take(Server& server, BranchThread& outer) : server_(server), outer_(outer) {
        link(&outer, nullptr);
    }
    Go enter(Call& call) override {
        State& my = begin(call, server_.at(call.request.caller).threads());
        if (my.taking.await_ready()) return woken(call);
        my.taking.await_suspend(call);
        return stay(call);
    }
    Go woken(Call& call) override {
        sim::Permit thread = mine(call).taking.await_resume();
        end(call);
        outer_.mine(call).held = thread.release();
        return outer_.on();
    }

private:
    Server& server_;
    BranchThread& outer_;
};

BranchThread::BranchThread(Server& server)
    : server_(server), take_(std::make_unique<Take>(server, *this)) {}

BranchThread::~BranchThread() = default;

Go BranchThread::enter(Call& call) {
    begin(call, nullptr);
    return {take_.get(), Way::enter};
}

Go BranchThread::answered(Call& call) {
    abandoned(call);
    return back();
}

void BranchThread::abandoned(Call& call) {
    if (sim::Semaphore* const held = mine(call).held) held->give_back();
    end(call);
}

}  // namespace models
