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

std::size_t most_visits(const Server::Spec& spec, sim::Bytes memory) {
    if (spec.memory_per_request.count == 0) return std::numeric_limits<std::size_t>::max();
    if (memory < spec.base_memory) return 0;
    return (memory.count - spec.base_memory.count) / spec.memory_per_request.count;
}

}  // namespace

ServerInstance::Visit::Visit(ServerInstance& at, Presence* here, sim::ThisTask<Response> this_task)
    : instance(at), presence(here), task(this_task), arrived(at.world_.scheduler.now()) {
    instance.server_.objective_.came();
    instance.visits_.add_last(*this);
    instance.visits_peak_ = std::max(instance.visits_peak_, ++instance.visit_count_);
    instance.visits_held_ = std::max(instance.visits_held_, instance.visit_count_);
    if (instance.visit_count_ > instance.visits_most_) instance.use_memory();
    if (instance.heap_) {
        instance.heap_->came(static_cast<double>(instance.server_.spec_.memory_per_request.count));
    }
    if (!instance.alarmed_) instance.watch_memory();
}

ServerInstance::Visit::~Visit() {
    instance.server_.objective_.ended(arrived, succeeded);
    if (instance.heap_) {
        instance.heap_->left(static_cast<double>(instance.server_.spec_.memory_per_request.count));
    }
    ++instance.ended_;
    instance.failed_ += !succeeded;
    if (--instance.visit_count_ == 0 && !instance.idle_.is_open()) instance.idle_.open();
}

ServerInstance::ServerInstance(Server& server, std::uint32_t index)
    : server_(server),
      index_(index),
      world_(server.context_.world),
      meter_(server.context_.meter),
      cpu_(world_.scheduler, server.spec_.scheduling, server.spec_.cores),
      threads_(world_.scheduler, server.spec_.threads),
      rules_(server.spec_.shedding, sim::request_key(server.context_.stream("shedding"), index)),
      visits_most_(most_visits(server.spec_, server.spec_.memory)),
      memory_timer_(world_.scheduler),
      idle_(world_.scheduler, true),
      memory_(server.spec_.memory) {
    if (!server.spec_.heap) return;
    heap_ =
        std::make_unique<Heap>(world_.scheduler, *server.spec_.heap, static_cast<Heaped&>(*this));
    visits_most_ = std::numeric_limits<std::size_t>::max();
    restarts_ = Restarts(server.spec_.lifecycle.restart_back_off,
                         server.spec_.lifecycle.restart_back_off_limit);
}

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
        if (!is_up() || closed_) {
            server_.objective_.refused();
            co_return leave({Outcome::failed, Cause::refused});
        }
        if (threads_.full() && threads_.waiting() >= server_.spec_.accept_queue &&
            !makes_room_for(request)) {
            server_.objective_.refused();
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
    if (visit && faults_ > 0 && draws.chance(faults_)) response = {Outcome::failed, Cause::fault};
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
            case Kind::items: {
                std::vector<Reply> branches;
                for (const Request& item : operation.requests(request, draws)) {
                    const sim::Draws stream(draws.next());
                    branches.push_back(
                        serve(item, {course.program, operation.to.front(), stream, true}));
                }
                add(response, co_await follow(std::move(branches), operation.as));
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
    if (visit) visit->succeeded = response.ok();
    co_return leave(response);
}

// All side by side, or one after another until one fails.
Reply ServerInstance::follow(std::vector<Reply> branches, ItemsAs as) {
    Response whole;
    if (as == ItemsAs::at_once) {
        const auto responses = co_await sim::all(std::move(branches));
        for (const Response& each : responses) add(whole, each);
        co_return whole;
    }
    for (Reply& branch : branches) {
        if (whole.ok()) add(whole, co_await std::move(branch));
    }
    co_return whole;
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
    if (heap_) heap_->begin_measuring();
}

void ServerInstance::resize(Workload::Size size) {
    const Milli cores = std::max<Milli>(1, (size.cpu + 999) / 1000);
    cpu_.set_cores(static_cast<std::uint32_t>(cores));
    const std::optional<HeapSpec>& heap = server_.spec_.heap;
    const double cost = heap && heap->string_deduplication ? heap->deduplication_cost.value : 0;
    const double share = static_cast<double>(size.cpu) / (1000 * static_cast<double>(cores));
    cpu_.set_speed(slow_.set_base(share * (1 - cost)));
    memory_ = size.memory;
    if (!heap_) visits_most_ = most_visits(server_.spec_, size.memory);
}

sim::Gate& ServerInstance::idle() {
    if (visit_count_ > 0) idle_.close();
    return idle_;
}

Vitals ServerInstance::vitals() const {
    const Server::Spec& spec = server_.spec_;
    Vitals vitals;
    vitals.busy = cpu_.busy();
    const std::size_t held = spec.memory_returned ? visit_count_ : visits_held_;
    vitals.memory.count = spec.base_memory.count + spec.memory_per_request.count * held;
    if (heap_) {
        vitals.memory.count =
            spec.base_memory.count + static_cast<std::uint64_t>(heap_->committed());
    }
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
    if (up_.bring_up()) visits_held_ = 0;  // a new process
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
        if (heap_) heap_->restart();
        if (heap_) heap_grew();
        bring_up();
        return;
    }
    kills_ += is_killed_;
    deaths_ += !is_killed_;
    if (!first_death_) first_death_ = world_.scheduler.now();
    world_.recorder.incident(who, is_killed_ ? "OOMKilled" : "out of memory",
                             fmt::format("{} requests there", visit_count_));
    take_down();
    memory_timer_.start(down_time(), static_cast<sim::Event&>(*this));
}

// The dump is written by the process that dies; one that the kernel kills writes none.
sim::Duration ServerInstance::down_time() {
    sim::Duration time = server_.spec_.restart_time;
    if (heap_) time += restarts_.wait(world_.scheduler.now());
    if (heap_ && !std::exchange(is_killed_, false)) time += heap_->dump_time();
    return time;
}

// The container's limit is for the heap and everything else.
void ServerInstance::heap_grew() {
    const double all = static_cast<double>(server_.spec_.base_memory.count) + heap_->committed();
    if (all <= static_cast<double>(memory_.count)) return;
    is_killed_ = true;
    use_memory();
}

void ServerInstance::collected(std::string_view cause, double before, double after,
                               sim::Duration pause) {
    if (!server_.spec_.heap->log) return;
    constexpr double kMebi = 1024.0 * 1024;
    world_.recorder.incident(
        fmt::format("{}[{}]", server_.context_.name, index_), fmt::format("gc {}", cause),
        fmt::format("{:.0f} MiB to {:.0f} MiB of {:.0f} MiB in {:.1f} ms", before / kMebi,
                    after / kMebi, heap_->committed() / kMebi, sim::seconds(pause) * 1000));
}

// An alarm that is set at 98 % of what lives, or of what the process may have.
void ServerInstance::watch_memory() {
    constexpr double kAlarm = 0.98;
    const Server::Spec& spec = server_.spec_;
    const double used =
        heap_ ? heap_->live() / static_cast<double>(spec.heap->xmx.count)
              : static_cast<double>(vitals().memory.count) / static_cast<double>(memory_.count);
    if (used < kAlarm) return;
    alarmed_ = world_.scheduler.now();
    world_.recorder.incident(fmt::format("{}[{}]", server_.context_.name, index_),
                             "memory at 98 %");
}

}  // namespace models
