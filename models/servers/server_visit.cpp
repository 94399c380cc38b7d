// A request's visit at an instance: let in, given a thread, and taken through its endpoint's steps.
#include <algorithm>
#include <optional>
#include <utility>

#include "models/blocks/ask.h"
#include "models/servers/answers.h"
#include "models/servers/server_instance.h"
#include "models/spans.h"
#include "sim/sleep.h"

namespace models {

ServerInstance::Visit::Visit(ServerInstance& at, Presence* here, sim::ThisTask<Response> this_task)
    : instance(at), presence(here), task(this_task), arrived(at.world_.scheduler.now()) {
    if (instance.server_.objective_) [[unlikely]]
        instance.server_.objective_->came();
    instance.visits_.add_last(*this);
    instance.visits_peak_ = std::max(instance.visits_peak_, ++instance.visit_count_);
    instance.visits_held_ = std::max(instance.visits_held_, instance.visit_count_);
    if (instance.visits_held_ >= instance.visits_unusual_) instance.use_memory_for_visit();
}

ServerInstance::Visit::~Visit() {
    if (instance.server_.objective_) [[unlikely]]
        instance.server_.objective_->ended(arrived, succeeded);
    if (instance.heap_) [[unlikely]] {
        instance.heap_->left(static_cast<double>(instance.server_.spec_.memory_per_request.count));
    }
    ++instance.ended_;
    instance.failed_ += !succeeded;
    if (instance.server_.compares_latencies_) [[unlikely]] {
        instance.latencies_.record(instance.world_.scheduler.now() - arrived);
    }
    if (--instance.visit_count_ == 0 && !instance.idle_.is_open()) instance.idle_.open();
}

Reply ServerInstance::call(Request request) {
    const bool crosses =
        server_.spec_.cross_zone && request.zone != kNoZone && request.zone != zone();
    if (crosses) [[unlikely]]
        return cross_zones(request);
    return come_in(request);
}

Reply ServerInstance::come_in(const Request& request) {
    if (server_.door_) [[unlikely]]
        return admit(request);
    return enter(request);
}

Reply ServerInstance::cross_zones(Request request) {
    sim::Scheduler& scheduler = world_.scheduler;
    sim::Draws draws(sim::request_key(server_.cross_zone_stream_, request.identity));
    const sim::Duration there = server_.cross_zone_latency_.sample_duration(draws);
    const sim::Duration back = server_.cross_zone_latency_.sample_duration(draws);
    co_await sim::sleep(scheduler, there);
    const Response response = co_await come_in(request);
    co_await sim::sleep(scheduler, back);
    server_.crossings_->add();
    constexpr double kGibi = 1024.0 * 1024 * 1024;
    const double bytes = static_cast<double>(request.bytes) + response.bytes;
    server_.crossing_cost_->add(bytes / kGibi * server_.spec_.cross_zone->usd_per_gib);
    co_return response;
}

Reply ServerInstance::admit(Request request) {
    Presence presence(world_, meter_, request);
    presence.at_instance(index_);
    ++requests_;
    if (!is_up() || closed_) co_return presence.leave({Outcome::failed, Cause::refused});
    request.caller = index_;
    co_return presence.leave(co_await ask(world_, *server_.door_, request));
}

// What tracing costs those who are traced.
sim::Task<void> ServerInstance::make_span() {
    const sim::Duration cost = world_.recorder.observer()->plan().cost;
    if (cost > sim::Duration::zero()) co_await cpu_.work(cost);
}

Reply ServerInstance::enter(const Request& request) {
    const Server::Endpoint& endpoint = server_.endpoints_[request.endpoint];
    const sim::Draws draws(sim::request_key(endpoint.stream, request.identity));
    return serve(request, {endpoint.program, 0, draws, Part::visit});
}

std::size_t ServerInstance::descriptors() const {
    std::size_t pooled = 0;
    for (const auto& pool : pools_) pooled += pool->connections();
    return visit_count_ + calls_out_ + pooled + descriptors_leaked_;
}

bool ServerInstance::has_descriptor() {
    if (!server_.spec_.descriptors) return true;
    const std::size_t held = descriptors();
    counts_.descriptors_peak = std::max(counts_.descriptors_peak, held);
    if (held < *server_.spec_.descriptors) return true;
    ++counts_.out_of_descriptors;
    return false;
}

ServerInstance::Descriptor::Descriptor(ServerInstance& at) : instance(at) {
    ++instance.calls_out_;
}

// Why there is no place for one more; none when there is.
Cause ServerInstance::refusal_of(const Request& request) {
    if (!is_up() || closed_ || !has_descriptor()) return Cause::refused;
    if (!threads_.full() || threads_.waiting() < server_.spec_.accept_queue) return Cause::none;
    return makes_room_for(request) ? Cause::none : Cause::queue_full;
}

// A request's visit: admitted, given a thread, and taken through its endpoint's steps, all in one
// coroutine; a branch of a parallel step begins at its first step, and so does what is left to the
// background. Whatever is drawn is drawn from the request's own stream, in program order; branches,
// which take turns, get streams of their own.
//
// A frame holds all that any of its waits could need, for as long as a request is there: what few
// requests wait for, they wait for in a coroutine of its own.
Reply ServerInstance::serve(Request request, Course course) {
    using Kind = Operation::Kind;
    sim::Scheduler& scheduler = world_.scheduler;
    const sim::Time arrived = scheduler.now();
    std::optional<Presence> presence;
    const auto leave = [&presence](const Response& response) {
        return presence ? presence->leave(response) : response;
    };
    std::optional<Visit> visit;
    std::unique_ptr<Trail> trail;  // seldom
    const auto begins = [&trail](std::string_view what) {
        if (trail) [[unlikely]]
            trail->begins(what);
    };
    const auto spent = [&](Spent what, sim::Duration time) {
        meter_.spent_at(request.endpoint, what, time);
        if (trail) [[unlikely]]
            trail->did(what, time);
    };
    sim::Place thread;
    Response response;
    if (course.part == Part::visit) [[likely]] {
        if (!server_.door_) [[likely]] {
            presence.emplace(world_, meter_, request);
            presence->at_instance(index_);
            ++requests_;
        }
        if (const Cause cause = refusal_of(request); cause != Cause::none) [[unlikely]] {
            if (server_.objective_) server_.objective_->refused();
            const bool is_up = cause == Cause::queue_full;
            co_return leave({is_up ? Outcome::rejected : Outcome::failed, cause});
        }
        visit.emplace(*this, presence ? &*presence : nullptr, co_await sim::this_task<Response>());
        visit->asker = {request.user, request.segment};
        if (slow_log_) [[unlikely]] {
            trail = std::make_unique<Trail>(*slow_log_, server_.endpoints_[request.endpoint].name);
        }
        begins("waiting for a thread");
        if (rules_.empty() && threads_.try_take()) [[likely]] {
            thread = sim::Place(threads_);
            spent_in(world_, request, Spent::queueing, arrived, arrived);
        } else {
            visit->ahead = &course;
            if (threads_.full()) waiting_peak_ = std::max(waiting_peak_, threads_.waiting() + 1);
            bool is_shed = false;
            if (rules_.empty()) {
                thread = co_await threads_.take();
            } else {
                is_shed = co_await wait_by_rules(request, thread);
            }
            visit->ahead = nullptr;
            spent(Spent::queueing, scheduler.now() - arrived);
            spent_in(world_, request, Spent::queueing, arrived, scheduler.now());
            if (is_shed) {
                server_.shed_->add();
                co_return leave({Outcome::rejected, Cause::shed});
            }
        }
        if (request.deadline <= scheduler.now()) [[unlikely]] {
            co_return leave({Outcome::rejected, Cause::deadline});
        }
        if (request.span != 0 || version_.faults > 0 || writes_) [[unlikely]] {
            const bool is_ready = co_await prepare(request, course.draws, trail.get());
            if (!is_ready) response = {Outcome::failed, Cause::fault};
        }
    }
    // Threads of an event loop are for work only.
    const bool lets_go =
        server_.spec_.thread_model == ThreadModel::event_loop && course.part != Part::background;
    if (lets_go && !thread) co_await get_thread(thread);
    for (std::uint32_t at = course.entry; response.ok();) {
        const Operation& operation = course.program[at++];
        if (operation.kind == Kind::end) break;
        const bool leaves_thread = lets_go && waits(operation);
        if (leaves_thread) [[unlikely]]
            thread.give_back();
        switch (operation.kind) {
            case Kind::work: {
                begins("working");
                const sim::Time began = scheduler.now();
                if (quota_) [[unlikely]]
                    quota_->watch();
                const sim::Duration waited =
                    co_await cpu_.work(operation.times.sample_duration(course.draws));
                spent(Spent::queueing, waited);
                spent(Spent::service, scheduler.now() - began - waited);
                worked_in(world_, request, began, waited);
                break;
            }
            case Kind::wait: {
                begins("sleeping");
                const sim::Duration time = operation.times.sample_duration(course.draws);
                co_await sim::sleep(scheduler, time);
                spent(Spent::service, time);
                worked_in(world_, request, scheduler.now() - time, {});
                break;
            }
            case Kind::fail:
                if (course.draws.chance(operation.share)) {
                    response = {Outcome::failed, Cause::fault};
                }
                break;
            case Kind::call: {
                sim::Place connection;
                const std::optional<Response> answer =
                    co_await go_out(operation, request, trail.get(), connection);
                if (!answer) {
                    response = {Outcome::failed, Cause::no_connection};
                    break;
                }
                add(response, *answer);
                if (!response.ok()) response.outcome = Outcome::failed;
                break;
            }
            case Kind::parallel:
            case Kind::items:
            case Kind::async:
                co_await branch_out(operation, course, request, response, trail.get());
                at = operation.to.back();
                break;
            case Kind::choose: {
                const Asker asker{request.user, request.segment};
                const std::size_t branch = operation.branch_of(asker, course.draws);
                at = operation.to[branch];
                if (visit && operation.number > 0) [[unlikely]] {
                    visit->choose(operation.number - 1, branch);
                }
                break;
            }
            case Kind::count:
                server_.counters_[operation.number].second.add();
                if (visit) visit->counted = true;
                break;
            case Kind::jump:
                at = operation.to.front();
                break;
            case Kind::end:
                break;
        }
        if (leaves_thread) [[unlikely]] {
            begins("waiting for a thread");
            const sim::Time began = scheduler.now();
            co_await get_thread(thread);
            spent(Spent::queueing, scheduler.now() - began);
            spent_in(world_, request, Spent::queueing, began, scheduler.now());
        }
    }
    if (visit) {
        visit->succeeded = response.ok();
        const double leaks = server_.spec_.descriptor_leaks.value;
        if (leaks > 0 && course.draws.chance(leaks)) [[unlikely]]
            ++descriptors_leaked_;
        if (visit->choices) [[unlikely]]
            server_.compare(request, *visit->choices, visit->counted, arrived);
    }
    if (trail) [[unlikely]]
        trail->ended(response.outcome);
    co_return leave(response);
}

// Whether it waits for something else than cores.
bool ServerInstance::waits(const Operation& operation) {
    using Kind = Operation::Kind;
    return operation.kind == Kind::wait || operation.kind == Kind::call ||
           operation.kind == Kind::parallel || operation.kind == Kind::items;
}

sim::Task<void> ServerInstance::get_thread(sim::Place& thread) {
    thread = co_await threads_.take();
}

// What few requests do before their first step: the work of being traced, a version's faults, the
// log. Whether it goes on.
sim::Task<bool> ServerInstance::prepare(const Request& request, sim::Draws& draws, Trail* trail) {
    if (request.span != 0) co_await make_span();
    const bool has_fault = version_.faults > 0 && draws.chance(version_.faults);
    if (!writes_) co_return !has_fault;
    const bool is_written = co_await write_log(request, trail);
    co_return is_written && !has_fault;
}

// Whether it is shed: it waited too long, or others are more important.
sim::Task<bool> ServerInstance::wait_by_rules(const Request& request, sim::Place& thread) {
    const sim::Time arrived = world_.scheduler.now();
    thread = co_await take_by_rules(request);
    co_return !thread || drops(world_.scheduler.now() - arrived);
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

}  // namespace models
