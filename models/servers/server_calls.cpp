// What a visit sets off: calls to other nodes, branches of its own, work in the background.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "models/calls/outbound.h"
#include "models/servers/answers.h"
#include "models/servers/server_instance.h"
#include "models/spans.h"
#include "sim/all.h"

namespace models {

// A call: none when there is no connection to make it on. The connection is the caller's to keep.
sim::Task<std::optional<Response>> ServerInstance::go_out(const Operation& operation,
                                                          const Request& request, Trail* trail,
                                                          sim::Place& connection) {
    sim::Scheduler& scheduler = world_.scheduler;
    const auto spent = [&](Spent what, sim::Duration time) {
        meter_.spent_at(request.endpoint, what, time);
        if (trail != nullptr) trail->did(what, time);
    };
    const bool is_pooled = operation.number > 0;
    if (is_pooled) {
        const sim::Time began = scheduler.now();
        if (trail != nullptr) trail->begins("waiting for a connection to", operation.name);
        connection = co_await pools_[operation.number - 1]->take();
        spent(Spent::connection, scheduler.now() - began);
        spent_in(world_, request, Spent::connection, began, scheduler.now());
    }
    const bool has_none = is_pooled && !connection;
    counts_.pool_timeouts += has_none;
    if (has_none || (!is_pooled && !has_descriptor())) co_return std::nullopt;
    if (trail != nullptr) trail->begins("calling", operation.name);
    const sim::Time called = scheduler.now();
    std::optional<Descriptor> descriptor;
    if (!is_pooled) descriptor.emplace(*this);
    if (request.span != 0) [[unlikely]]
        co_await make_span();
    Reply reply = call_of(operation, request);
    const Response response = co_await Outbound(world_, std::move(reply));
    spent(Spent::calling, scheduler.now() - called);
    co_return response;
}

Reply ServerInstance::call_of(const Operation& operation, const Request& request) {
    Edge& edge = *operation.edge;
    Request next = request.onward(operation.step, edge.endpoint());
    next.caller = index_;
    next.zone = zone();
    return edge.call(next);
}

// Branches side by side, the same steps for each of several items, or what is left to the
// background.
sim::Task<void> ServerInstance::branch_out(const Operation& operation, Course& course,
                                           const Request& request, Response& response,
                                           Trail* trail) {
    const sim::Time began = world_.scheduler.now();
    if (operation.kind == Operation::Kind::async) {
        const Course later{course.program, operation.to.front(), sim::Draws(course.draws.next()),
                           Part::background};
        const bool is_left = leave_behind(request, later, response);
        if (is_left || server_.spec_.background.when_full != WhenFull::caller_runs) co_return;
        Reply reply = serve(request, later);
        (void)co_await std::move(reply);
        if (trail != nullptr) trail->did(Spent::service, world_.scheduler.now() - began);
        co_return;
    }
    if (trail != nullptr) trail->begins("waiting for branches");
    std::vector<Reply> branches;
    if (operation.kind == Operation::Kind::parallel) {
        for (std::size_t branch = 0; branch + 1 < operation.to.size(); ++branch) {
            const sim::Draws stream(course.draws.next());
            branches.push_back(
                serve(request, {course.program, operation.to[branch], stream, Part::branch}));
        }
        const auto responses = co_await sim::all(std::move(branches));
        for (const Response& each : responses) add(response, each);
    } else {
        for (const Request& item : operation.requests(request, course.draws)) {
            const sim::Draws stream(course.draws.next());
            branches.push_back(
                serve(item, {course.program, operation.to.front(), stream, Part::branch}));
        }
        add(response, co_await follow(std::move(branches), operation.as));
    }
    if (trail != nullptr) trail->did(Spent::calling, world_.scheduler.now() - began);
}

// Whether there is a thread for it in the background, or a place in the line for one.
bool ServerInstance::leave_behind(const Request& request, const Course& course,
                                  Response& response) {
    const BackgroundSpec& spec = server_.spec_.background;
    if (!background_.full() || background_.waiting() < spec.queue) {
        counts_.background_peak =
            std::max(counts_.background_peak,
                     background_.waiting() + (background_.full() ? std::size_t{1} : 0));
        background_crew_.run(in_background(request, course));
        return true;
    }
    if (spec.when_full == WhenFull::caller_runs) return false;
    ++counts_.background_rejected;
    if (spec.when_full == WhenFull::abort) response = {Outcome::failed, Cause::queue_full};
    return false;
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

sim::Task<void> ServerInstance::in_background(Request request, Course course) {
    sim::Scheduler& scheduler = world_.scheduler;
    CallSpan span(world_, meter_, request, {"background", sim::SpanKind::internal, true});
    const sim::Time handed_over = scheduler.now();
    const sim::Place thread = co_await background_.take();
    counts_.background_lag = std::max(counts_.background_lag, scheduler.now() - handed_over);
    spent_in(world_, request, Spent::queueing, handed_over, scheduler.now());
    span.end(co_await serve(request, course));
}

}  // namespace models
