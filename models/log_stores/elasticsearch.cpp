#include "models/log_stores/elasticsearch.h"

#include <algorithm>
#include <utility>

#include "models/in_flight_guard.h"
#include "models/used.h"
#include "sim/all.h"
#include "sim/sleep.h"
#include "sim/within.h"

namespace models {

namespace {

constexpr EndpointId kBulk = 0;  // the first

sim::Duration times(sim::Duration one, std::uint64_t many) {
    return one * static_cast<std::int64_t>(many);
}

sim::Task<sim::Duration> worked(sim::Cpu& cpu, sim::Duration demand) {
    co_return co_await cpu.work(demand);
}

}  // namespace

// What comes back is as long as the longest; the first that failed says how it went.
Elasticsearch::Took Elasticsearch::together(const std::vector<Took>& parts) {
    Took slowest = *std::ranges::max_element(parts, {}, &Took::sum);
    const auto failed =
        std::ranges::find_if(parts, [](const Took& each) { return !each.response.ok(); });
    if (failed != parts.end()) slowest.response = failed->response;
    return slowest;
}

// Threads as Elasticsearch sizes its pools: as many as cores to write, half as many more and one to
// search, half as many, from 1 to 4, to merge.
Elasticsearch::Machine::Machine(Elasticsearch& index, std::uint32_t number)
    : LogMachine(index.context_, index, index.places_, number, index.spec_.cores),
      writes(index.context_.scheduler(), index.spec_.cores),
      searches(index.context_.scheduler(), index.spec_.cores * 3 / 2 + 1),
      merges(index.context_.scheduler(), std::clamp(index.spec_.cores / 2, 1u, 4u)),
      bulks(index.context_.scheduler(), index.spec_.most_bulks()),
      index_(index) {
    const auto& aggregations = index.spec_.aggregations;
    if (!aggregations) return;
    heap.emplace(index.context_.scheduler(), *aggregations,
                 DataNodeHeap::Node{index.spec_.heap, index.spec_.cores},
                 static_cast<Heaped&>(*this));
    can_die();
}

void Elasticsearch::Machine::take_down() {
    const bool was_up = is_up();
    LogMachine::take_down();
    if (was_up) index_.crew_.run(index_.reallocate(*this));
}

void Elasticsearch::Machine::bring_up() {
    LogMachine::bring_up();
    if (!is_up()) return;
    if (heap) heap->restart();
    index_.recover();
}

void Elasticsearch::Machine::out_of_heap() {
    if (is_up() && !std::exchange(is_dying_, true)) index_.crew_.run(index_.die(*this));
}

std::size_t Elasticsearch::Spec::most_bulks() const {
    const double bytes = static_cast<double>(heap.count) * indexing_pressure.value;
    return static_cast<std::size_t>(bytes / static_cast<double>(bulk_bytes()));
}

// What needs no core time cannot be slowed.
Abilities Elasticsearch::Spec::suffers() const {
    const Abilities all = abilities_of<Machine>();
    const bool works = document_time + segment_time > sim::Duration::zero();
    return works ? all : all.without(Abilities::slowness());
}

std::size_t Elasticsearch::Copy::segments() const {
    std::size_t sum = 0;
    for (const auto& tier : tiers) sum += tier.size();
    return sum;
}

Elasticsearch::Elasticsearch(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      places_(context),
      way_draws_(context.stream("ways of parts")),
      documents_(context, "documents"),
      merged_(context, "merged_documents"),
      recovered_(context, "recovered_documents"),
      rejected_by_heap_(context, "rejected_by_heap"),
      rejected_by_queue_(context, "rejected_by_queue"),
      partial_results_(context, "partial_results"),
      timed_out_shards_(context, "timed_out_shards"),
      lost_documents_(context, "lost_documents"),
      repair_time_(context, "repair_time", "s"),
      heap_peak_(context, "bulk_heap_peak", "bytes"),
      rejected_by_breaker_(context, "rejected_by_breaker"),
      out_of_memory_(context, "out_of_memory"),
      reallocated_(context, "reallocated_shards"),
      search_delay_(context, "search_delay") {
    context.meter.split_by_endpoint(spec.endpoint_names());
    for (std::uint32_t each = 0; each < spec.machines; ++each) {
        machines_.emplace_back(*this, each);
        instances_.push_back(&machines_.back());
    }
    shards_.assign(spec.shards, {spec.preload / spec.shards, spec.preload / spec.shards});
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
    if (!spec.aggregations) return;
    meter.resource("heap", each([](const Machine& one) { return one.heap->use(); }));
}

std::optional<EndpointId> Elasticsearch::endpoint(std::string_view name) const {
    const std::vector<std::string> names = spec_.endpoint_names();
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<EndpointId>(found - names.begin());
}

void Elasticsearch::start() {
    crew_.run(refresh());
    if (spec_.snapshot) crew_.run(take_snapshots());
    context_.meter.share_sampled(
        "cpu_in_use",
        [this] {
            double busy = 0;
            for (const Machine& each : machines_) busy += sim::seconds(each.cpu.busy());
            return busy;
        },
        [this] { return static_cast<double>(spec_.cores) * spec_.machines; });
}

// In turn; clients go past those that are down.
Elasticsearch::Machine* Elasticsearch::coordinator() {
    for (std::size_t step = 0; step < machines_.size(); ++step) {
        Machine& machine = machines_[turn_++ % machines_.size()];
        if (machine.is_up()) return &machine;
    }
    return nullptr;
}

Reply Elasticsearch::call(Request request) {
    InFlightGuard here(context_, request);
    Machine* const machine = coordinator();
    if (machine == nullptr) co_return here.leave({Outcome::failed, cause::refused});
    const Asked asked{request, *machine};
    const LogMachine::Sent sent{request.place, request.bytes,
                                sim::request_key(way_draws_, request.identity)};
    sim::Task<Took> work = request.endpoint == kBulk ? bulk(asked) : search(asked);
    const Took took = co_await machine->visit(request, sent, std::move(work));
    spent(request.endpoint, took);
    co_return here.leave(took.response);
}

Elasticsearch::Copy* Elasticsearch::in_sync(std::size_t shard, std::size_t from) {
    const std::size_t copies = spec_.replicas + 1;
    for (std::size_t step = 0; step < copies; ++step) {
        Copy& copy = copy_of(shard, (from + step) % copies);
        if (copy.is_in_sync()) return &copy;
    }
    return nullptr;
}

// --- bulk requests ---

sim::Task<Elasticsearch::Took> Elasticsearch::bulk(Asked asked) {
    Machine& coordinator = asked.coordinator;
    if (coordinator.bulks.full()) {
        coordinator.bulks.note_refused();
        rejected_by_heap_.add();
        co_return kTooMany;
    }
    for (std::size_t shard = 0; shard < spec_.shards; ++shard) {
        const Copy* const primary = in_sync(shard);
        if (primary == nullptr) co_return kUnavailable;
        sim::Semaphore& writes = primary->machine->writes;
        if (!writes.full() || writes.waiting() < spec_.write_queue) continue;
        writes.note_refused();
        rejected_by_queue_.add();
        co_return kTooMany;
    }
    const sim::Permit in_heap = co_await coordinator.bulks.take();
    const ProcessHeap::Held held(coordinator.process(), spec_.bulk_bytes());
    heap_peak_.at_least(static_cast<double>(coordinator.bulks.taken() * spec_.bulk_bytes()));
    // Documents are hashed, so that each shard has its share; the first have one more.
    std::vector<sim::Task<Took>> parts;
    for (std::uint32_t shard = 0; shard < spec_.shards; ++shard) {
        const std::uint32_t more = shard < spec_.bulk_documents % spec_.shards ? 1 : 0;
        parts.push_back(index(asked, shard, spec_.bulk_documents / spec_.shards + more));
    }
    const std::vector<Took> all = co_await sim::all(std::move(parts));
    const Took took = together(all);
    if (took.response.ok()) documents_.add(spec_.bulk_documents);
    co_return took;
}

// On the primary, then on all replicas at once; takes as long as both. When the primary dies the
// coordinator turns to the next.
sim::Task<Elasticsearch::Took> Elasticsearch::index(Asked asked, std::size_t shard,
                                                    std::uint64_t documents) {
    Took sum;
    for (Copy* primary = in_sync(shard); primary != nullptr; primary = in_sync(shard)) {
        Took took = co_await write(asked, asked.coordinator.place(), *primary, documents);
        sum.response = took.response;
        sum.waited += took.waited;
        sum.worked += took.worked;
        sum.travelled += took.travelled;
        if (!took.response.ok() && !primary->machine->is_up()) continue;
        if (!took.response.ok()) co_return sum;
        took = co_await replicate(asked, shard, primary, documents);
        sum.waited += took.waited;
        sum.worked += took.worked;
        primary->unsearchable.push_back(context_.now());
        shards_[shard].documents += documents;
        co_return sum;
    }
    co_return kUnavailable;
}

// A replica that is down, or fails to, is not in sync any more.
sim::Task<Elasticsearch::Took> Elasticsearch::replicate(Asked asked, std::size_t shard,
                                                        const Copy* primary,
                                                        std::uint64_t documents) {
    std::vector<Copy*> replicas;
    std::vector<sim::Task<Took>> writes;
    for (std::size_t which = 0; which <= spec_.replicas; ++which) {
        Copy& copy = copy_of(shard, which);
        if (&copy == primary) continue;
        if (copy.is_in_sync() || copy.is_recovering) {
            replicas.push_back(&copy);
            writes.push_back(write(asked, primary->machine->place(), copy, documents));
        } else {
            copy.missed += documents;
        }
    }
    if (writes.empty()) co_return Took{};
    const sim::Time began = context_.now();
    const std::vector<Took> all = co_await sim::all(std::move(writes));
    bool has_failed = false;
    for (std::size_t each = 0; each < all.size(); ++each) {
        if (all[each].response.ok()) continue;
        has_failed = true;
        replicas[each]->missed += documents;
    }
    if (has_failed) recover();
    Took took;
    took.worked = all.front().worked;
    took.waited = context_.now() - began - took.worked;
    co_return took;
}

sim::Task<Elasticsearch::Took> Elasticsearch::write(Asked asked, PlaceId from, Copy& copy,
                                                    std::uint64_t documents) {
    Machine& machine = *copy.machine;
    const LogMachine::Sent sent{from, documents * spec_.document_size.count,
                                sim::request_key(way_draws_, ++parts_)};
    const Took took = co_await machine.visit(
        asked.request, sent, work(machine, machine.writes, times(spec_.document_time, documents)));
    if (took.response.ok()) copy.buffered += documents;
    co_return took;
}

sim::Task<Elasticsearch::Took> Elasticsearch::work(Machine& machine, sim::Semaphore& threads,
                                                   sim::Duration demand,
                                                   std::optional<sim::Duration> limit) {
    const sim::Time began = context_.now();
    const sim::Permit thread = co_await threads.take();
    const sim::Duration in_line = context_.now() - began;
    Took took;
    sim::Duration without_core{};
    if (limit) {
        const auto done =
            co_await sim::within(context_.scheduler(), *limit, worked(machine.cpu, demand));
        if (!done) took.response = {Outcome::timed_out, cause::timeout};
        without_core = done.value_or(sim::Duration::zero());
    } else {
        without_core = co_await machine.cpu.work(demand);
    }
    took.waited = in_line + without_core;
    took.worked = context_.now() - began - took.waited;
    co_return took;
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
    if (copy.buffered == 0 || !copy.machine->is_up()) return;
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

// One merge of a copy at a time. What is merged is searched until the merge is done. It is begun
// anew when the machine died meanwhile.
sim::Task<void> Elasticsearch::merge(Copy& copy) {
    copy.is_merging = true;
    for (std::size_t tier = full_tier(copy); tier < copy.tiers.size(); tier = full_tier(copy)) {
        std::uint64_t documents = 0;
        for (std::uint32_t each = 0; each < spec_.segments_per_tier; ++each) {
            documents += copy.tiers[tier][each];
        }
        Machine& machine = *copy.machine;
        const Took took = co_await machine.guarded(
            work(machine, machine.merges, times(spec_.merge_time, documents)));
        if (!took.response.ok()) break;
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
    busy_before_.clear();
    for (Machine& each : machines_) {
        busy_before_.push_back(each.cpu.busy());
        if (each.heap) each.heap->begin_measuring();
    }
}

void Elasticsearch::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    sim::Duration busy{};
    sim::Duration busiest{};
    for (std::size_t each = 0; each < machines_.size(); ++each) {
        const sim::Duration before = busy_before_.empty() ? sim::Duration() : busy_before_[each];
        const sim::Duration own = machines_[each].cpu.busy() - before;
        busy += own;
        busiest = std::max(busiest, own);
    }
    const double most = measured * spec_.cores * spec_.machines;
    record.utilisation = most > 0 ? sim::seconds(busy) / most : 0;
    record.instances = spec_.machines;
    use_instances(context_, spec_.price, spec_.machines);
    if (spec_.dedicated_masters > 0) {
        use_instances(context_, spec_.master_price, spec_.dedicated_masters);
    }
    std::size_t segments = 0;
    for (const Copy& each : copies_) segments += each.segments();
    for (const Machine& each : machines_) {
        record.machines.push_back({each.name(), each.requests, std::nullopt});
    }
    record.measures.push_back({"segments", "", static_cast<double>(segments)});
    record.measures.push_back({"core_time", "s", sim::seconds(busy)});
    record.measures.push_back({"busiest_core_time", "s", sim::seconds(busiest)});
    if (!spec_.aggregations) return;
    sim::Duration paused{};
    for (const Machine& each : machines_) paused += each.heap->counts().paused;
    record.measures.push_back({"gc_time", "s", sim::seconds(paused)});
}

}  // namespace models
