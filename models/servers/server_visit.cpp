// A request's visit at an instance: let in, given a thread, and taken through its endpoint's steps.
#include <algorithm>
#include <optional>
#include <utility>

#include "models/servers/answers.h"
#include "models/servers/server_instance.h"
#include "models/spans.h"
#include "sim/sleep.h"

namespace models {

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
    const bool has_native = instance.heap_ && instance.server_.spec_.heap->native_per_request.count;
    if (has_native) instance.check_container();
    if (!instance.alarmed_) instance.watch_memory();
}

ServerInstance::Visit::~Visit() {
    instance.server_.objective_.ended(arrived, succeeded);
    if (instance.heap_) {
        instance.heap_->left(static_cast<double>(instance.server_.spec_.memory_per_request.count));
    }
    ++instance.ended_;
    instance.failed_ += !succeeded;
    if (instance.server_.compares_latencies_) {
        instance.latencies_.record(instance.world_.scheduler.now() - arrived);
    }
    if (--instance.visit_count_ == 0 && !instance.idle_.is_open()) instance.idle_.open();
}

Reply ServerInstance::call(Request request) {
    const bool crosses =
        server_.spec_.cross_zone && request.zone != kNoZone && request.zone != zone();
    return crosses ? cross_zones(request) : come_in(request);
}

Reply ServerInstance::come_in(Request request) {
    return server_.door_ ? admit(request) : enter(request);
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
    co_return presence.leave(co_await server_.door_->outermost().call(request));
}

// What tracing costs those who are traced.
sim::Task<void> ServerInstance::make_span() {
    const sim::Duration cost = world_.recorder.observer()->plan().cost;
    if (cost > sim::Duration::zero()) co_await cpu_.work(cost);
}

Reply ServerInstance::enter(Request request) {
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

// A request's visit: admitted, given a thread, and taken through its endpoint's steps, all in one
// coroutine; a branch of a parallel step begins at its first step, and so does what is left to the
// background. Whatever is drawn is drawn from the request's own stream, in program order; branches,
// which take turns, get streams of their own.
Reply ServerInstance::serve(Request request, Course course) {
    using Kind = Operation::Kind;
    sim::Scheduler& scheduler = world_.scheduler;
    const Server::Spec& spec = server_.spec_;
    const sim::Time arrived = scheduler.now();
    const Asker asker{request.user, request.segment};
    std::optional<Presence> presence;
    const auto leave = [&presence](const Response& response) {
        return presence ? presence->leave(response) : response;
    };
    std::optional<Visit> visit;
    std::unique_ptr<Trail> trail;  // seldom: not in every frame
    const auto begins = [&trail](std::string_view what, std::string_view whom = {}) {
        if (trail) trail->begins(what, whom);
    };
    const auto spent = [&](Spent what, sim::Duration time) {
        meter_.spent_at(request.endpoint, what, time);
        if (trail) trail->did(what, time);
    };
    sim::Place thread;
    if (course.part == Part::visit) {
        if (!server_.door_) {
            presence.emplace(world_, meter_, request);
            presence->at_instance(index_);
            ++requests_;
        }
        if (!is_up() || closed_ || !has_descriptor()) {
            server_.objective_.refused();
            co_return leave({Outcome::failed, Cause::refused});
        }
        if (threads_.full() && threads_.waiting() >= spec.accept_queue &&
            !makes_room_for(request)) {
            server_.objective_.refused();
            co_return leave({Outcome::rejected, Cause::queue_full});
        }
        visit.emplace(*this, presence ? &*presence : nullptr, co_await sim::this_task<Response>());
        visit->asker = asker;
        if (slow_log_) {
            trail = std::make_unique<Trail>(*slow_log_, server_.endpoints_[request.endpoint].name);
        }
        begins("waiting for a thread");
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
        spent(Spent::queueing, scheduler.now() - arrived);
        spent_in(world_, request, Spent::queueing, arrived, scheduler.now());
        if (is_shed) {
            server_.shed_->add();
            co_return leave({Outcome::rejected, Cause::shed});
        }
        if (request.deadline <= scheduler.now()) {
            co_return leave({Outcome::rejected, Cause::deadline});
        }
    }
    if (visit && request.span != 0) [[unlikely]]
        co_await make_span();
    // Threads of an event loop are for work only.
    const bool lets_go =
        spec.thread_model == ThreadModel::event_loop && course.part != Part::background;
    if (lets_go && !thread) thread = co_await threads_.take();
    Response response;
    sim::Draws& draws = course.draws;
    std::vector<std::pair<std::uint32_t, std::size_t>> choices;  // of experiments
    bool ended = false;
    if (visit && version_.faults > 0 && draws.chance(version_.faults)) {
        response = {Outcome::failed, Cause::fault};
    }
    if (visit && (disk_ || server_.log_bytes_)) [[unlikely]] {
        const bool is_written = co_await write_log(request, trail.get());
        if (!is_written) response = {Outcome::failed, Cause::fault};
    }
    for (std::uint32_t at = course.entry; !ended && response.ok();) {
        const Operation& operation = course.program[at++];
        const bool waits = operation.kind == Kind::wait || operation.kind == Kind::call ||
                           operation.kind == Kind::parallel || operation.kind == Kind::items;
        if (waits && lets_go) thread.give_back();
        switch (operation.kind) {
            case Kind::work: {
                begins("working");
                const sim::Time began = scheduler.now();
                if (quota_) quota_->watch();
                const sim::Duration waited =
                    co_await cpu_.work(operation.times.sample_duration(draws));
                spent(Spent::queueing, waited);
                spent(Spent::service, scheduler.now() - began - waited);
                worked_in(world_, request, began, waited);
                break;
            }
            case Kind::wait: {
                begins("sleeping");
                const sim::Duration time = operation.times.sample_duration(draws);
                co_await sim::sleep(scheduler, time);
                spent(Spent::service, time);
                worked_in(world_, request, scheduler.now() - time, {});
                break;
            }
            case Kind::fail:
                if (draws.chance(operation.share)) response = {Outcome::failed, Cause::fault};
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
            case Kind::items: {
                begins("waiting for branches");
                const sim::Time began = scheduler.now();
                co_await branch_out(operation, course, request, response);
                if (trail) trail->did(Spent::calling, scheduler.now() - began);
                at = operation.to.back();
                break;
            }
            case Kind::async: {
                const Course later{course.program, operation.to.front(), sim::Draws(draws.next()),
                                   Part::background};
                at = operation.to.back();
                if (!background_.full() || background_.waiting() < spec.background.queue) {
                    counts_.background_peak =
                        std::max(counts_.background_peak,
                                 background_.waiting() + (background_.full() ? std::size_t{1} : 0));
                    background_crew_.run(in_background(request, later));
                } else if (spec.background.when_full == WhenFull::caller_runs) {
                    const sim::Time began = scheduler.now();
                    Reply reply = serve(request, later);
                    (void)co_await std::move(reply);
                    if (trail) trail->did(Spent::service, scheduler.now() - began);
                } else {
                    ++counts_.background_rejected;
                    if (spec.background.when_full == WhenFull::abort) {
                        response = {Outcome::failed, Cause::queue_full};
                    }
                }
                break;
            }
            case Kind::choose: {
                const std::size_t branch = operation.branch_of(asker, draws);
                at = operation.to[branch];
                if (visit && operation.number > 0) {
                    choices.emplace_back(operation.number - 1, branch);
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
                ended = true;
                break;
        }
        if (waits && lets_go) {
            begins("waiting for a thread");
            const sim::Time began = scheduler.now();
            thread = co_await threads_.take();
            spent(Spent::queueing, scheduler.now() - began);
            spent_in(world_, request, Spent::queueing, began, scheduler.now());
        }
    }
    if (visit) {
        visit->succeeded = response.ok();
        const double leaks = spec.descriptor_leaks.value;
        if (leaks > 0 && draws.chance(leaks)) ++descriptors_leaked_;
        if (!choices.empty()) server_.compare(request, choices, visit->counted, arrived);
    }
    if (trail) trail->ended(response.outcome);
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

}  // namespace models
