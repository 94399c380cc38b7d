// What an instance has to do with the visits that are there (visit.h): whether there is a place,
// what they count for, what they do before their first step.
#include <algorithm>

#include "models/blocks/ask.h"
#include "models/servers/server_instance.h"
#include "models/spans.h"

namespace models {

Reply ServerInstance::call(Request request) {
    co_return co_await ask(world_, *this, request);
}

std::size_t ServerInstance::descriptors() const {
    std::size_t pooled = 0;
    for (const auto& pool : pools_) pooled += pool->connections();
    return visits() + calls_out_ + pooled + descriptors_leaked_;
}

bool ServerInstance::has_descriptor() {
    if (!server_.spec_.descriptors) return true;
    const std::size_t held = descriptors();
    counts_.descriptors_peak = std::max(counts_.descriptors_peak, held);
    if (held < *server_.spec_.descriptors) return true;
    ++counts_.out_of_descriptors;
    return false;
}

// Of what is drawn for a request when it leaves.
void ServerInstance::leak_descriptor(const Request& request) {
    sim::Draws draws(sim::request_key(server_.leak_stream_, request.identity));
    descriptors_leaked_ += draws.chance(server_.spec_.descriptor_leaks.value);
}

Cause ServerInstance::closer_refusal_of(const Request& request) {
    if (!is_open() || !has_descriptor()) return cause::refused;
    if (!threads_.full() || threads_.waiting() < server_.spec_.accept_queue) return Cause::none;
    if (makes_room_for(request)) return Cause::none;
    threads_.note_refused();
    return cause::queue_full;
}

sim::Use ServerInstance::descriptor_use() const {
    sim::Use use;
    use.size = static_cast<double>(*server_.spec_.descriptors);
    use.in_use = descriptors();
    use.refused = counts_.out_of_descriptors;
    return use;
}

void ServerInstance::look_at_end(sim::Time arrived, bool succeeded) {
    if (server_.objective_) server_.objective_->ended(arrived, succeeded);
    memory_.free(arrived);
    if (server_.compares_latencies_) latencies_.record(world_.scheduler.now() - arrived);
}

void ServerInstance::note_waiting() {
    if (threads_.full()) waiting_peak_ = std::max(waiting_peak_, threads_.waiting() + 1);
}

// What tracing costs those who are traced.
sim::Task<void> ServerInstance::make_span() {
    const sim::Duration cost = world_.recorder.observer()->plan().cost;
    if (cost > sim::Duration::zero()) co_await cpu().work(cost);
}

Reply ServerInstance::prepare(Request request, RequestProfile* profile) {
    if (request.span != 0) co_await make_span();
    bool has_fault = false;
    if (version_.faults > 0) {
        sim::Draws draws(sim::request_key(server_.fault_stream_, request.identity));
        has_fault = draws.chance(version_.faults);
    }
    bool is_written = true;
    if (writes_) is_written = co_await write_log(request, profile);
    const Response fault{Outcome::failed, cause::fault};
    co_return is_written && !has_fault ? Response{} : fault;
}

// By the rules of the line: who waits, how long, who is next and who is dropped.
sim::Semaphore::TakingUntil ServerInstance::take_thread(const Request& request) {
    if (!has_rules()) return threads_.take_until(sim::kForever);
    const sim::Time now = world_.scheduler.now();
    const sim::Duration patience = rules_.patience(now, threads_.waiting());
    threads_.serve_newest_first(rules_.newest_first(threads_.waiting() + 1));
    return threads_.take_until(patience < sim::kForever - now ? now + patience : sim::kForever,
                               rules_.by_priority() ? request.priority() : sim::Priority::normal);
}

bool ServerInstance::drops(sim::Duration waited) {
    const std::size_t waiting = threads_.waiting();
    threads_.serve_newest_first(rules_.newest_first(waiting));
    return rules_.drops(world_.scheduler.now(), waited, waiting);
}

bool ServerInstance::makes_room_for(const Request& request) {
    return rules_.by_priority() && threads_.send_away_below(request.priority());
}

bool ServerInstance::has_room_in_background() {
    if (background_.full() && background_.waiting() >= server_.spec_.background.queue) return false;
    const std::size_t waits = background_.full() ? 1 : 0;
    counts_.background_peak = std::max(counts_.background_peak, background_.waiting() + waits);
    return true;
}

}  // namespace models
