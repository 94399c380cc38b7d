#include "models/servers/server_program.h"

#include <algorithm>

#include "models/calls/stack.h"
#include "models/network/hop.h"
#include "models/servers/server_instance.h"
#include "models/steps/send.h"

namespace models {

// Outside of the links to here: what steps have sent is over them already when the answer follows,
// and is a part of the answer from here on.
class ServerProgram::SendingBody final : public Keeps<SendingBody> {
public:
    using State = SentBody;

    Go enter(Call& call) override {
        begin(call);
        return on();
    }
    Go answered(Call& call) override {
        const std::uint32_t bytes = mine(call).bytes;
        end(call);
        if (bytes > 0 && call.ok()) call.response.bytes = bytes;
        return back();
    }
};

// Counts those who come from another zone, and their bytes.
class ServerProgram::CrossZone final : public Keeps<CrossZone> {
public:
    struct State {
        bool crosses;
    };

    // What is around it knows where the call came from.
    CrossZone(Server& server, bool sends_bodies)
        : server_(server),
          sends_bodies_(sends_bodies),
          crossings_(server.context(), "cross_zone_requests"),
          bytes_(server.context(), "cross_zone_bytes", "bytes") {}

    Go enter(Call& call) override {
        begin(call, crosses(call.in_frame<Residence::State>().place, call.request.place));
        return on();
    }
    Go answered(Call& call) override {
        const bool is_across = mine(call).crosses;
        end(call);
        if (is_across) count(call);
        return back();
    }

private:
    bool crosses(PlaceId from, PlaceId to) const {
        if (from == kNowhere || to == kNowhere) return false;
        const Links* const network = server_.context().world.network;
        return network == nullptr ? from != to : network->is_across_zones(from, to);
    }
    void count(Call& call) {
        crossings_.add();
        bytes_.add(static_cast<double>(call.request.bytes) + call.response.bytes +
                   (sends_bodies_ ? sent_body(call).bytes : 0));
    }

    Server& server_;
    bool sends_bodies_;
    Tally crossings_;
    Tally bytes_;
};

// The links between where the call was sent and where this instance stands. The caller counts the
// time on them: to it, it is time that this call takes.
class ServerProgram::DoorHop final : public Hop {
public:
    explicit DoorHop(const Context& context) : Hop(context, nullptr) {}

private:
    std::optional<Ends> ends_of(Call& call) const override {
        return between(call.in_frame<Residence::State>().place, call.request.place);
    }
};

// With admission, who is down refuses a call before the policies see it.
class ServerProgram::Door final : public Block {
public:
    explicit Door(Server& server) : server_(server) {}

    Go enter(Call& call) override {
        if (server_.at(call.request.caller).is_open()) return on();
        return answer(call, {Outcome::failed, cause::refused});
    }

private:
    Server& server_;
};

// Behind the policies of admission: what is given up there goes on here.
class ServerProgram::Inside final : public Block {
public:
    Inside(const Server& server, const Scopes& inside) : server_(server), inside_(inside) {}
    Go enter(Call& call) override {
        call.response = {};
        call.push_frame(this);
        return inside_.enter();
    }
    bool finishes(Call& call) const override { return server_.finishes(call); }

private:
    const Server& server_;
    const Scopes& inside_;
};

// What few requests do before their first step. It is a coroutine because it has one wait after
// another, each only for some.
class ServerProgram::Preparing final : public Await {
public:
    explicit Preparing(Server& server) : server_(server) {}

    Go enter(Call& call) override {
        const ServerInstance& instance = *server_.visit(call).instance;
        return instance.has_to_prepare(call.request) ? Await::enter(call) : on();
    }
    Reply story(Call& call) override {
        const Visiting::State& visit = server_.visit(call);
        RequestProfile* const profile =
            server_.takes_notes() && visit.notes->profile ? &*visit.notes->profile : nullptr;
        return visit.instance->prepare(call.request, profile);
    }

private:
    Go told(Call& call, const Response& response) override {
        return response.ok() ? on() : answer(call, response);
    }

    Server& server_;
};

// Failures that meddle with calls: each visit is with its own instance, which it dies with.
class ServerProgram::InjectedVisit final : public Injected {
public:
    explicit InjectedVisit(Server& server)
        : Injected(server.context().scheduler()), server_(server) {}

private:
    Injection& at(Call& call) override { return *server_.visit(call).instance->injection(); }

    Server& server_;
};

// On the way back from the steps: some of what they came to is wrong.
class ServerProgram::Misanswering final : public Block {
public:
    explicit Misanswering(Server& server) : server_(server) {}

    Go enter(Call&) override { return on(); }
    Go answered(Call& call) override {
        const Injection& injection = *server_.visit(call).instance->injection();
        if (call.ok() && injection.is_wrong(call.request)) call.response.wrong = true;
        return back();
    }

private:
    Server& server_;
};

// To the steps of the endpoint.
class ServerProgram::Dispatch final : public Block {
public:
    explicit Dispatch(const std::vector<StepBody>& endpoints) : endpoints_(endpoints) {}
    Go enter(Call& call) override { return endpoints_[call.request.endpoint].begin(); }

private:
    const std::vector<StepBody>& endpoints_;
};

ServerProgram::ServerProgram(Server& server) : measured_(server.context(), true, true) {
    const Server::Spec& spec = server.spec();
    const Context& context = server.context();
    Block* first = measured_.enter().to;
    std::uint32_t above = Call::room<Residence::State>();
    Block* around = &standing_;
    const bool sends_bodies = std::ranges::any_of(
        spec.endpoints, [](const auto& endpoint) { return sends_body(endpoint.second); });
    if (context.world.network != nullptr) hop_ = std::make_unique<DoorHop>(context);
    if (spec.cross_zone) cross_zone_ = std::make_unique<CrossZone>(server, sends_bodies);
    if (sends_bodies) sending_ = std::make_unique<SendingBody>();
    Block* const beyond = sending_ ? static_cast<Block*>(sending_.get()) : &standing_;
    if (hop_) {
        hop_->link(cross_zone_ ? static_cast<Block*>(cross_zone_.get()) : beyond, first);
        above += hop_->state_bytes();
        around = first = hop_.get();
    }
    if (cross_zone_) {
        cross_zone_->link(beyond, first);
        above += cross_zone_->state_bytes();
        first = cross_zone_.get();
        if (!hop_) around = first;
    }
    if (sending_) {
        sending_->link(&standing_, first);
        above += sending_->state_bytes();
        first = sending_.get();
        if (!hop_ && !cross_zone_) around = first;
    }
    standing_.link(&Return::block(), first);

    const bool has_admission = !spec.admission.empty();
    door_ = Scopes(measured_.inside());
    if (has_admission) {
        door_.add<Door>(server);
        add_policies(door_, spec.admission, context);
        door_.add<Inside>(server, inside_);
    } else {
        inside_ = Scopes(measured_.inside());
    }
    auto& visiting = inside_.add<Visiting>(server);
    auto& threading = inside_.add<Threading>(server);
    if (!has_admission) door_.lead_to(inside_.first());
    measured_.link(door_.first(), around, above);
    visit_above_ = has_admission ? 0 : measured_.end();
    const bool is_usual = around == &standing_ && door_.is_empty();
    Block* const held = is_usual ? chain_up(visiting, threading) : &threading;
    for (const auto& [name, steps] : spec.endpoints) {
        endpoints_.push_back(StepCompiler(server, name).compile(steps));
    }
    Block* around_steps = held;
    if (context.is_injected) {
        misanswering_ = std::make_unique<Misanswering>(server);
        misanswering_->link(held, nullptr);
        around_steps = misanswering_.get();
    }
    for (StepBody& body : endpoints_) body.link(around_steps, {around_steps, Way::answered});
    dispatch_ = std::make_unique<Dispatch>(endpoints_);
    dispatch_->link(around_steps, nullptr);
    Go next = endpoints_.size() == 1 ? endpoints_.front().begin() : Go{dispatch_.get()};
    const sim::Observer* const observer = context.world.recorder.observer();
    const bool costs = observer != nullptr && observer->plan().cost > sim::Duration::zero();
    if (costs || !spec.rollouts.empty() || spec.disk || spec.logging) {
        preparing_ = std::make_unique<Preparing>(server);
        preparing_->link(held, next);
        next = {preparing_.get()};
    }
    if (context.is_injected) {
        injected_ = std::make_unique<InjectedVisit>(server);
        injected_->link(held, next);
        next = {injected_.get()};
    }
    threading.link(threading.outer(), next);
}

// All of it as one block.
Block* ServerProgram::chain_up(Visiting& visiting, Threading& threading) {
    Measure& measure = measured_.measure();
    if (Observing* const looking = measured_.looking()) {
        return &observed_chain_.emplace(standing_, *looking, measure, visiting, threading);
    }
    return &chain_.emplace(standing_, measure, visiting, threading);
}

ServerProgram::~ServerProgram() = default;

}  // namespace models
