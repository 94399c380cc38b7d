#include "models/servers/server_instance.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "models/calls/outbound.h"
#include "sim/all.h"
#include "sim/sleep.h"

namespace models {

namespace {

// The answer to one of its calls becomes part of a request's own: what was degraded or stale stays
// so.
void add(Response& whole, const Response& part) {
    whole.degraded = whole.degraded || part.degraded;
    whole.stale = whole.stale || part.stale;
    whole.missing = part.missing;
    whole.bytes = part.bytes;
    whole.version = part.version;
    if (part.ok()) return;
    whole.outcome = part.outcome;
    whole.cause = part.cause;
}

std::size_t most_visits(const Server::Spec& spec) {
    if (spec.memory_per_request.count == 0) return std::numeric_limits<std::size_t>::max();
    return (spec.memory.count - spec.base_memory.count) / spec.memory_per_request.count;
}

}  // namespace

ServerInstance::Visit::Visit(ServerInstance& at, Presence* here, sim::ThisTask<Response> this_task)
    : instance(at), presence(here), task(this_task) {
    instance.visits_.add_last(*this);
    instance.visits_peak_ = std::max(instance.visits_peak_, ++instance.visit_count_);
    if (instance.visit_count_ > instance.visits_most_) instance.use_memory();
}

ServerInstance::Visit::~Visit() {
    if (--instance.visit_count_ == 0 && !instance.idle_.is_open()) instance.idle_.open();
}

ServerInstance::ServerInstance(Server& server, std::uint32_t index)
    : server_(server),
      index_(index),
      world_(server.context_.world),
      meter_(server.context_.meter),
      cpu_(world_.scheduler, server.spec_.scheduling, server.spec_.cores),
      threads_(world_.scheduler, server.spec_.threads),
      rules_(server.spec_.shedding),
      visits_most_(most_visits(server.spec_)),
      memory_timer_(world_.scheduler),
      idle_(world_.scheduler, true) {}

Reply ServerInstance::call(Request request) {
    return server_.door_ ? admit(request) : enter(request);
}

Reply ServerInstance::admit(Request request) {
    Presence presence(world_, meter_, request);
    ++requests_;
    if (!is_up() || closed_) co_return presence.leave({Outcome::failed, Cause::refused});
    request.caller = index_;
    co_return presence.leave(co_await server_.door_->outermost().call(request));
}

Reply ServerInstance::enter(Request request) {
    const Server::Endpoint& endpoint = server_.endpoints_[request.endpoint];
    const sim::Draws draws(sim::request_key(endpoint.stream, request.identity));
    return serve(request, {endpoint.program, 0, draws, false});
}

// A request's visit: admitted, given a thread, and taken through its endpoint's steps, all in one
// coroutine; a branch of a parallel step begins at its first step. Whatever is drawn is drawn from
// the request's own stream, in program order; branches, which take turns, get streams of their own.
Reply ServerInstance::serve(Request request, Course course) {
    using Kind = Operation::Kind;
    sim::Scheduler& scheduler = world_.scheduler;
    const sim::Time arrived = scheduler.now();
    std::optional<Presence> presence;
    const auto leave = [&presence](const Response& response) {
        return presence ? presence->leave(response) : response;
    };
    std::optional<Visit> visit;
    sim::Place thread;
    if (!course.is_branch) {
        if (!server_.door_) {
            presence.emplace(world_, meter_, request);
            ++requests_;
        }
        if (!is_up() || closed_) co_return leave({Outcome::failed, Cause::refused});
        if (threads_.full() && threads_.waiting() >= server_.spec_.accept_queue &&
            !makes_room_for(request)) {
            co_return leave({Outcome::rejected, Cause::queue_full});
        }
        visit.emplace(*this, presence ? &*presence : nullptr, co_await sim::this_task<Response>());
        waiting_peak_ = std::max(waiting_peak_, threads_.waiting() + (threads_.full() ? 1 : 0));
        bool is_shed = false;
        visit->ahead = &course;
        if (rules_.empty()) {
            thread = co_await threads_.take();
        } else {
            thread = co_await take_by_rules(request);
            is_shed = !thread || drops(scheduler.now() - arrived);
        }
        visit->ahead = nullptr;
        meter_.spent(Spent::queueing, scheduler.now() - arrived);
        if (is_shed) {
            server_.shed_->add();
            co_return leave({Outcome::rejected, Cause::shed});
        }
        if (request.deadline <= scheduler.now()) {
            co_return leave({Outcome::rejected, Cause::deadline});
        }
    }
    Response response;
    sim::Draws& draws = course.draws;
    bool ended = false;
    for (std::uint32_t at = course.entry; !ended && response.ok();) {
        const Operation& operation = course.program[at++];
        switch (operation.kind) {
            case Kind::work: {
                const sim::Time began = scheduler.now();
                const sim::Duration waited =
                    co_await cpu_.work(operation.times.sample_duration(draws));
                meter_.spent(Spent::queueing, waited);
                meter_.spent(Spent::service, scheduler.now() - began - waited);
                break;
            }
            case Kind::wait: {
                const sim::Duration time = operation.times.sample_duration(draws);
                co_await sim::sleep(scheduler, time);
                meter_.spent(Spent::service, time);
                break;
            }
            case Kind::fail:
                if (draws.chance(operation.share)) response = {Outcome::failed, Cause::fault};
                break;
            case Kind::call: {
                Edge& edge = *operation.edge;
                const sim::Time began = scheduler.now();
                Request next = request.onward(operation.step, edge.endpoint());
                next.caller = index_;
                add(response, co_await Outbound(world_, edge.call(next)));
                meter_.spent(Spent::calling, scheduler.now() - began);
                if (!response.ok()) response.outcome = Outcome::failed;
                break;
            }
            case Kind::parallel: {
                std::vector<Reply> branches;
                for (std::size_t branch = 0; branch + 1 < operation.to.size(); ++branch) {
                    const sim::Draws stream(draws.next());
                    branches.push_back(
                        serve(request, {course.program, operation.to[branch], stream, true}));
                }
                const auto responses = co_await sim::all(std::move(branches));
                for (const Response& each : responses) add(response, each);
                at = operation.to.back();
                break;
            }
            case Kind::choose:
                at = operation.to[operation.branch(draws.uniform())];
                break;
            case Kind::jump:
                at = operation.to.front();
                break;
            case Kind::end:
                ended = true;
                break;
        }
    }
    co_return leave(response);
}

sim::Slots::TakingUntil ServerInstance::take_by_rules(const Request& request) {
    const sim::Time now = world_.scheduler.now();
    const sim::Duration patience = rules_.patience(now, threads_.waiting());
    threads_.serve_newest_first(rules_.newest_first(threads_.waiting() + 1));
    return threads_.take_until(patience < sim::kForever - now ? now + patience : sim::kForever,
                               rules_.by_priority() ? request.priority : sim::Priority::normal);
}

bool ServerInstance::drops(sim::Duration waited) {
    const std::size_t waiting = threads_.waiting();
    threads_.serve_newest_first(rules_.newest_first(waiting));
    return rules_.drops(world_.scheduler.now(), waited, waiting);
}

bool ServerInstance::makes_room_for(const Request& request) {
    return rules_.by_priority() && threads_.send_away_below(request.priority);
}

void ServerInstance::begin_measuring() {
    requests_before_ = requests_;
    busy_before_ = cpu_.busy();
}

sim::Gate& ServerInstance::idle() {
    if (visit_count_ > 0) idle_.close();
    return idle_;
}

Vitals ServerInstance::vitals() const {
    const Server::Spec& spec = server_.spec_;
    Vitals vitals;
    vitals.busy = cpu_.busy();
    vitals.memory.count = spec.base_memory.count + spec.memory_per_request.count * visit_count_;
    vitals.requests = requests_;
    vitals.in_flight = visit_count_;
    vitals.waiting = threads_.waiting();
    return vitals;
}

// What the cores have, and what those who wait for a thread will want of them.
sim::Duration ServerInstance::backlog() const {
    const sim::Duration time = cpu_.backlog();
    if (threads_.waiting() == 0 || time == sim::Duration::max()) return time;
    double work = 0;
    visits_.for_each([&](const Visit& visit) {
        if (visit.ahead == nullptr) return;
        work += work_ahead(visit.ahead->program, visit.ahead->entry, visit.ahead->draws);
    });
    const double ahead = work / (cpu_.speed() * cpu_.cores());
    return ahead < 1e9 ? time + sim::from_seconds(ahead) : sim::Duration::max();
}

// Whoever is here when the instance goes down gets an error at once.
void ServerInstance::take_down() {
    if (!up_.take_down()) return;
    while (Visit* visit = visits_.first()) {
        if (visit->presence != nullptr) visit->presence->leave({Outcome::failed, Cause::reset});
        visit->unlink();
        visit->task.receiver().give_up(Response{Outcome::failed, Cause::reset});
    }
}

void ServerInstance::bring_up() {
    up_.bring_up();
}

// Dies of it at this moment, but not inside the visit that asked for more.
void ServerInstance::use_memory() {
    if (dead_ || memory_timer_.armed()) return;
    memory_timer_.start(sim::Duration::zero(), static_cast<sim::Event&>(*this));
}

void ServerInstance::fire() {
    memory_timer_.fired();
    const std::string who = fmt::format("{}[{}]", server_.context_.name, index_);
    dead_ = !dead_;
    if (!dead_) {
        world_.recorder.incident(who, "restarted");
        bring_up();
        return;
    }
    ++deaths_;
    world_.recorder.incident(who, "out of memory", fmt::format("{} requests there", visit_count_));
    take_down();
    memory_timer_.start(server_.spec_.restart_time, static_cast<sim::Event&>(*this));
}

}  // namespace models
