#include "models/servers/server_instance.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "models/calls/outbound.h"
#include "sim/all.h"
#include "sim/sleep.h"

namespace models {

namespace {

std::size_t most_visits(const Server::Spec& spec) {
    if (spec.memory_per_request.count == 0) return std::numeric_limits<std::size_t>::max();
    return (spec.memory.count - spec.base_memory.count) / spec.memory_per_request.count;
}

}  // namespace

ServerInstance::Visit::Visit(ServerInstance& at, sim::ThisTask<Response> this_task)
    : instance(at), task(this_task), arrived(at.world_.scheduler.now()) {
    instance.visits_.add_last(*this);
    instance.visits_peak_ = std::max(instance.visits_peak_, ++instance.visit_count_);
    if (instance.visit_count_ > instance.visits_most_) instance.use_memory();
}

ServerInstance::Visit::~Visit() { --instance.visit_count_; }

ServerInstance::ServerInstance(Server& server, std::uint32_t index)
    : server_(server),
      index_(index),
      world_(server.context_.world),
      meter_(server.context_.meter),
      cpu_(world_.scheduler, server.spec_.scheduling, server.spec_.cores),
      threads_(world_.scheduler, server.spec_.threads),
      visits_most_(most_visits(server.spec_)),
      memory_timer_(world_.scheduler) {}

// A request's visit: admitted, given a thread, taken through its endpoint's steps.
Reply ServerInstance::call(Request request) {
    const sim::Time arrived = world_.scheduler.now();
    meter_.arrived(arrived);
    if (!is_up()) co_return refuse(arrived, Outcome::failed, Cause::refused);
    if (threads_.full() && threads_.waiting() >= server_.spec_.accept_queue) {
        co_return refuse(arrived, Outcome::rejected, Cause::queue_full);
    }
    const Visit visit(*this, co_await sim::this_task<Response>());
    waiting_peak_ = std::max(waiting_peak_, threads_.waiting() + (threads_.full() ? 1 : 0));
    const sim::Place thread = co_await threads_.take();
    meter_.spent(Spent::queueing, world_.scheduler.now() - arrived);

    const Server::Endpoint& endpoint = server_.endpoints_[request.endpoint];
    sim::Draws draws(sim::request_key(endpoint.stream, request.identity));
    const Response response = co_await run(endpoint.program, 0, request, draws);
    meter_.left(arrived, response.outcome, response.cause);
    co_return response;
}

// The interpreter. Whatever is drawn is drawn from the request's own stream, in program order;
// parallel branches get streams of their own, because they take turns.
Reply ServerInstance::run(const Program& program, std::uint32_t entry, Request request,
                          sim::Draws& draws) {
    using Kind = Operation::Kind;
    sim::Scheduler& scheduler = world_.scheduler;
    for (std::uint32_t at = entry;;) {
        const Operation& operation = program[at++];
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
                if (draws.chance(operation.share)) {
                    co_return Response{Outcome::failed, Cause::fault};
                }
                break;
            case Kind::call: {
                Edge& edge = *operation.edge;
                const sim::Time began = scheduler.now();
                const Response response = co_await Outbound(
                    world_, edge.call(request.onward(operation.step, edge.endpoint())));
                meter_.spent(Spent::calling, scheduler.now() - began);
                if (!response.ok()) co_return Response{Outcome::failed, response.cause};
                break;
            }
            case Kind::parallel: {
                std::vector<sim::Draws> streams;
                std::vector<Reply> branches;
                const std::size_t count = operation.to.size() - 1;
                streams.reserve(count);
                for (std::size_t branch = 0; branch < count; ++branch) {
                    streams.emplace_back(draws.next());
                    branches.push_back(
                        run(program, operation.to[branch], request, streams.back()));
                }
                const auto responses = co_await sim::all(std::move(branches));
                for (const Response& response : responses) {
                    if (!response.ok()) co_return response;
                }
                at = operation.to.back();
                break;
            }
            case Kind::choose: {
                const double dice = draws.uniform();
                std::size_t branch = 0;
                while (branch + 1 < operation.shares.size() && dice >= operation.shares[branch]) {
                    ++branch;
                }
                at = operation.to[branch];
                break;
            }
            case Kind::jump:
                at = operation.to.front();
                break;
            case Kind::end:
                co_return Response{};
        }
    }
}

Response ServerInstance::refuse(sim::Time arrived, Outcome outcome, Cause cause) {
    meter_.left(arrived, outcome, cause);
    return {outcome, cause};
}

// Whoever is here when the instance goes down gets an error at once.
void ServerInstance::take_down() {
    if (!up_.take_down()) return;
    while (Visit* visit = visits_.first()) {
        meter_.left(visit->arrived, Outcome::failed, Cause::reset);
        visit->unlink();
        visit->task.receiver().give_up(Response{Outcome::failed, Cause::reset});
    }
}

void ServerInstance::bring_up() { up_.bring_up(); }

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
    world_.recorder.incident(who, "out of memory",
                             fmt::format("{} requests there", visit_count_));
    take_down();
    memory_timer_.start(server_.spec_.restart_time, static_cast<sim::Event&>(*this));
}

}  // namespace models
