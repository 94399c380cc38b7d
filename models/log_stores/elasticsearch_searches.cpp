// How an index of Elasticsearch is searched, and what of it is there when shards are not.
#include <algorithm>
#include <utility>

#include "models/log_stores/elasticsearch.h"
#include "sim/all.h"

namespace models {

namespace {

constexpr EndpointId kAggregate = 2;  // after bulk and search

}  // namespace

sim::Task<Elasticsearch::Took> Elasticsearch::search(Asked asked) {
    const std::size_t which = turn_++ % (spec_.replicas + 1);
    std::vector<sim::Task<Took>> parts;
    bool lacks_some = false;
    for (std::size_t shard = 0; shard < spec_.shards; ++shard) {
        const Copy* const copy = in_sync(shard, which);
        if (copy == nullptr) {
            lacks_some = true;
            continue;
        }
        sim::Semaphore& searches = copy->machine->searches;
        if (searches.full() && searches.waiting() >= spec_.search_queue) {
            searches.note_refused();
            rejected_by_queue_.add();
            co_return kTooMany;
        }
        parts.push_back(search(asked, shard, which));
    }
    if (parts.empty() || (lacks_some && !spec_.allow_partial_search_results)) {
        co_return kUnavailable;
    }
    const std::vector<Took> all = co_await sim::all(std::move(parts));
    co_return found(all, lacks_some);
}

// A shard that timed out has found something; with partial results one that failed is left out, if
// another is there.
Elasticsearch::Took Elasticsearch::found(const std::vector<Took>& all, bool lacks_some) {
    const auto timed_out = [](const Took& each) { return each.response.cause == cause::timeout; };
    const auto has_answered = [&](const Took& each) {
        return each.response.ok() || timed_out(each);
    };
    timed_out_shards_.add(static_cast<double>(std::ranges::count_if(all, timed_out)));
    Took took = together(all);
    if (took.response.ok() && !lacks_some) return took;
    const bool may_be_partial = std::ranges::any_of(all, has_answered);
    if (!spec_.allow_partial_search_results || !may_be_partial) return took;
    partial_results_.add();
    took.response = {};
    return took;
}

// One copy, or the next when that dies.
sim::Task<Elasticsearch::Took> Elasticsearch::search(Asked asked, std::size_t shard,
                                                     std::size_t which) {
    for (Copy* copy = in_sync(shard, which); copy != nullptr; copy = in_sync(shard, which)) {
        Machine& machine = *copy->machine;
        const LogMachine::Sent sent{asked.coordinator.place(), asked.request.bytes,
                                    sim::request_key(way_draws_, ++parts_)};
        const sim::Duration demand =
            spec_.segment_time * static_cast<std::int64_t>(copy->segments());
        const bool aggregates = asked.request.endpoint == kAggregate;
        sim::Task<Took> part = aggregates
                                   ? aggregate(machine, demand + spec_.aggregations->time)
                                   : work(machine, machine.searches, demand, spec_.search_timeout);
        const Took took = co_await machine.visit(asked.request, sent, std::move(part));
        if (took.response.ok() || machine.is_up()) co_return took;
    }
    co_return kUnavailable;
}

// Its buckets take room in the heap while it is at work.
sim::Task<Elasticsearch::Took> Elasticsearch::aggregate(Machine& machine, sim::Duration demand) {
    const sim::Time began = context_.now();
    const sim::Permit thread = co_await machine.searches.take();
    if (!machine.heap->admits(spec_.aggregations->size)) {
        rejected_by_breaker_.add();
        co_return kTooMany;
    }
    const ProcessHeap::Held held(machine.process(), spec_.aggregations->size.count);
    const sim::Duration in_line = context_.now() - began;
    Took took;
    took.waited = in_line + co_await machine.cpu.work(demand);
    took.worked = context_.now() - began - took.waited;
    co_return took;
}

// The slowest part is what the request waits for.
void Elasticsearch::spent(EndpointId endpoint, const Took& took) {
    context_.meter.spent_at(endpoint, Spent::queueing, took.waited);
    context_.meter.spent_at(endpoint, Spent::service, took.worked);
    if (took.travelled > sim::Duration::zero()) {
        context_.meter.spent_at(endpoint, Spent::network, took.travelled);
    }
}

}  // namespace models
