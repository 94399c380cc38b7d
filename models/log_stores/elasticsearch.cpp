#include "models/log_stores/elasticsearch.h"

#include <algorithm>
#include <utility>

#include "models/causes.h"
#include "models/presence.h"
#include "sim/all.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr EndpointId kBulk = 0, kSearch = 1;
constexpr Response kTooMany{Outcome::rejected, cause::rate_limited};

sim::Duration times(sim::Duration one, std::uint64_t many) {
    return one * static_cast<std::int64_t>(many);
}

}  // namespace

// Threads as Elasticsearch sizes its pools: as many as cores to write, half as many more and one to
// search, half as many, from 1 to 4, to merge.
Elasticsearch::Machine::Machine(sim::Scheduler& scheduler, const Spec& spec)
    : cpu(scheduler, sim::Discipline::processor_sharing, spec.cores),
      writes(scheduler, spec.cores),
      searches(scheduler, spec.cores * 3 / 2 + 1),
      merges(scheduler, std::clamp(spec.cores / 2, 1u, 4u)),
      bulks(scheduler, spec.most_bulks()) {}

std::size_t Elasticsearch::Spec::most_bulks() const {
    const double bytes = static_cast<double>(heap.count) * indexing_pressure.value;
    return static_cast<std::size_t>(bytes / static_cast<double>(bulk_bytes()));
}

std::size_t Elasticsearch::Copy::segments() const {
    std::size_t sum = 0;
    for (const auto& tier : tiers) sum += tier.size();
    return sum;
}

Elasticsearch::Elasticsearch(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      documents_(context, "documents"),
      merged_(context, "merged_documents"),
      rejected_by_heap_(context, "rejected_by_heap"),
      rejected_by_queue_(context, "rejected_by_queue"),
      heap_peak_(context, "bulk_heap_peak", "bytes"),
      search_delay_(context, "search_delay") {
    context.meter.split_by_endpoint(Spec::endpoint_names());
    for (std::uint32_t each = 0; each < spec.machines; ++each) {
        machines_.emplace_back(context.scheduler(), spec);
    }
    copies_.resize(std::size_t{spec.shards} * (spec.replicas + 1));
    for (std::size_t shard = 0; shard < spec.shards; ++shard) {
        for (std::size_t which = 0; which <= spec.replicas; ++which) {
            copy_of(shard, which).machine = &machines_[(shard + which) % machines_.size()];
        }
    }
    const auto each = [this](auto use_of) {
        return [this, use_of](sim::Time, sim::Uses& uses) {
            for (const Machine& machine : machines_) uses.push_back(use_of(machine));
        };
    };
    sim::Meter& meter = context.meter;
    meter.resource("indexing pressure", each([](const Machine& one) { return one.bulks.use(); }));
    meter.resource("write threads", each([](const Machine& one) { return one.writes.use(); }));
    meter.resource("search threads", each([](const Machine& one) { return one.searches.use(); }));
    meter.resource("cores", each([](const Machine& one) { return one.cpu.use(); }));
}

std::optional<EndpointId> Elasticsearch::endpoint(std::string_view name) const {
    const std::vector<std::string> names = Spec::endpoint_names();
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<EndpointId>(found - names.begin());
}

void Elasticsearch::start() {
    crew_.run(refresh());
    context_.meter.share_sampled(
        "cpu_in_use",
        [this] {
            double busy = 0;
            for (const Machine& each : machines_) busy += sim::seconds(each.cpu.busy());
            return busy;
        },
        [this] { return static_cast<double>(spec_.cores) * spec_.machines; });
}

Reply Elasticsearch::call(Request request) {
    Presence here(context_, request);
    Response response;
    if (request.endpoint == kSearch) {
        response = co_await search();
    } else {
        response = co_await bulk();
    }
    co_return here.leave(response);
}

// --- bulk requests ---

sim::Task<Response> Elasticsearch::bulk() {
    Machine& coordinator = machines_[turn_++ % machines_.size()];
    if (coordinator.bulks.full()) {
        coordinator.bulks.note_refused();
        rejected_by_heap_.add();
        co_return kTooMany;
    }
    for (std::size_t shard = 0; shard < spec_.shards; ++shard) {
        sim::Slots& writes = copy_of(shard, 0).machine->writes;
        if (!writes.full() || writes.waiting() < spec_.write_queue) continue;
        writes.note_refused();
        rejected_by_queue_.add();
        co_return kTooMany;
    }
    const sim::Place in_heap = co_await coordinator.bulks.take();
    heap_peak_.at_least(static_cast<double>(coordinator.bulks.taken() * spec_.bulk_bytes()));
    // Documents are hashed, so that each shard has its share; the first have one more.
    std::vector<sim::Task<Took>> parts;
    for (std::uint32_t shard = 0; shard < spec_.shards; ++shard) {
        const std::uint32_t more = shard < spec_.bulk_documents % spec_.shards ? 1 : 0;
        parts.push_back(index(shard, spec_.bulk_documents / spec_.shards + more));
    }
    const std::vector<Took> took = co_await sim::all(std::move(parts));
    spent(kBulk, took);
    documents_.add(spec_.bulk_documents);
    co_return Response{};
}

// On the primary, then on all replicas at once; takes as long as both.
sim::Task<Elasticsearch::Took> Elasticsearch::index(std::size_t shard, std::uint64_t documents) {
    const sim::Duration demand = times(spec_.document_time, documents);
    Machine& primary = *copy_of(shard, 0).machine;
    Took took = co_await work(primary, primary.writes, demand);
    copy_of(shard, 0).buffered += documents;
    std::vector<sim::Task<Took>> replicas;
    for (std::size_t which = 1; which <= spec_.replicas; ++which) {
        Machine& machine = *copy_of(shard, which).machine;
        replicas.push_back(work(machine, machine.writes, demand));
    }
    if (!replicas.empty()) {
        const sim::Time began = context_.now();
        const std::vector<Took> all = co_await sim::all(std::move(replicas));
        took.worked += all.front().worked;
        took.waited += context_.now() - began - all.front().worked;
    }
    for (std::size_t which = 1; which <= spec_.replicas; ++which) {
        copy_of(shard, which).buffered += documents;
    }
    copy_of(shard, 0).unsearchable.push_back(context_.now());
    co_return took;
}

sim::Task<Elasticsearch::Took> Elasticsearch::work(Machine& machine, sim::Slots& threads,
                                                   sim::Duration demand) {
    const sim::Time began = context_.now();
    const sim::Place thread = co_await threads.take();
    const sim::Duration in_line = context_.now() - began;
    const sim::Duration without_core = co_await machine.cpu.work(demand);
    const sim::Duration waited = in_line + without_core;
    co_return Took{waited, context_.now() - began - waited};
}

// --- searches ---

sim::Task<Response> Elasticsearch::search() {
    const std::size_t which = turn_++ % (spec_.replicas + 1);
    std::vector<sim::Task<Took>> parts;
    for (std::size_t shard = 0; shard < spec_.shards; ++shard) {
        const Copy& copy = copy_of(shard, which);
        sim::Slots& searches = copy.machine->searches;
        if (searches.full() && searches.waiting() >= spec_.search_queue) {
            searches.note_refused();
            rejected_by_queue_.add();
            co_return kTooMany;
        }
        parts.push_back(work(*copy.machine, searches, times(spec_.segment_time, copy.segments())));
    }
    const std::vector<Took> took = co_await sim::all(std::move(parts));
    spent(kSearch, took);
    co_return Response{};
}

// The slowest part is what the request waits for.
void Elasticsearch::spent(EndpointId endpoint, const std::vector<Took>& parts) {
    const auto slowest = std::ranges::max_element(
        parts, {}, [](const Took& each) { return each.waited + each.worked; });
    context_.meter.spent_at(endpoint, Spent::queueing, slowest->waited);
    context_.meter.spent_at(endpoint, Spent::service, slowest->worked);
}

// --- segments ---

sim::Task<void> Elasticsearch::refresh() {
    for (;;) {
        co_await sim::sleep(context_.scheduler(), spec_.refresh_interval);
        for (Copy& copy : copies_) refresh(copy);
    }
}

void Elasticsearch::refresh(Copy& copy) {
    for (const sim::Time since : copy.unsearchable) search_delay_.add(context_.now() - since);
    copy.unsearchable.clear();
    if (copy.buffered == 0) return;
    if (copy.tiers.empty()) copy.tiers.emplace_back();
    copy.tiers.front().push_back(std::exchange(copy.buffered, 0));
    if (!copy.is_merging && full_tier(copy) < copy.tiers.size()) crew_.run(merge(copy));
}

// The first that has enough to be merged; one beyond the last when none has.
std::size_t Elasticsearch::full_tier(const Copy& copy) const {
    std::size_t tier = 0;
    while (tier < copy.tiers.size() && copy.tiers[tier].size() < spec_.segments_per_tier) ++tier;
    return tier;
}

// One merge of a copy at a time. What is merged is searched until the merge is done.
sim::Task<void> Elasticsearch::merge(Copy& copy) {
    copy.is_merging = true;
    for (std::size_t tier = full_tier(copy); tier < copy.tiers.size(); tier = full_tier(copy)) {
        std::uint64_t documents = 0;
        for (std::uint32_t each = 0; each < spec_.segments_per_tier; ++each) {
            documents += copy.tiers[tier][each];
        }
        const sim::Place thread = co_await copy.machine->merges.take();
        co_await copy.machine->cpu.work(times(spec_.merge_time, documents));
        auto& merged = copy.tiers[tier];
        merged.erase(merged.begin(), merged.begin() + spec_.segments_per_tier);
        if (tier + 1 == copy.tiers.size()) copy.tiers.emplace_back();
        copy.tiers[tier + 1].push_back(documents);
        merged_.add(static_cast<double>(documents));
    }
    copy.is_merging = false;
}

// --- the report ---

void Elasticsearch::begin_measuring() {
    busy_before_ = {};
    for (const Machine& each : machines_) busy_before_ += each.cpu.busy();
}

void Elasticsearch::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    sim::Duration busy = -busy_before_;
    for (const Machine& each : machines_) busy += each.cpu.busy();
    const double most = measured * spec_.cores * spec_.machines;
    record.utilisation = most > 0 ? sim::seconds(busy) / most : 0;
    record.instances = spec_.machines;
    record.cost_usd = spec_.usd_per_hour() * measured / 3600;
    std::size_t segments = 0;
    for (const Copy& each : copies_) segments += each.segments();
    record.measures.push_back({"segments", "", static_cast<double>(segments)});
    record.measures.push_back({"core_time", "s", sim::seconds(busy)});
}

}  // namespace models
