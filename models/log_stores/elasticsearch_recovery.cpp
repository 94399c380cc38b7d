// How copies of an Elasticsearch's shards get what they lack: what they missed, or all.
#include <algorithm>

#include "models/log_stores/elasticsearch.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr sim::Duration kRetryRecovery = std::chrono::seconds(5);  // retry_delay_network

}  // namespace

// --- copies that were down ---

// Whoever is up and has missed something, and is not at it yet.
void Elasticsearch::recover() {
    for (std::size_t shard = 0; shard < spec_.shards; ++shard) {
        for (std::size_t which = 0; which <= spec_.replicas; ++which) {
            Copy& copy = copy_of(shard, which);
            const bool waits =
                copy.missed > 0 && copy.machine->is_up() && !copy.is_recovering && !copy.is_corrupt;
            if (waits) crew_.run(recover(shard, copy));
        }
    }
}

// What it missed, while it gets what comes as the others do; after a while again where that fails.
// Without a copy in sync it waits for one.
sim::Task<void> Elasticsearch::recover(std::size_t shard, Copy& copy) {
    copy.is_recovering = true;
    while (copy.missed > 0 && !copy.is_corrupt) {
        const Copy* const source = in_sync(shard);
        if (source == nullptr) break;
        const std::uint64_t documents = copy.missed;
        Request request;
        request.identity = ++parts_;
        const PlaceId from = source->machine->place();
        const Took took = co_await write({request, *copy.machine}, from, copy, documents);
        if (!copy.machine->is_up()) break;
        if (!took.response.ok()) {
            co_await sim::sleep(context_.scheduler(), kRetryRecovery);
            continue;
        }
        copy.missed -= std::min(copy.missed, documents);
        recovered_.add(static_cast<double>(documents));
    }
    copy.is_recovering = false;
}

// --- copies that are corrupt ---

// All on this data node.
void Elasticsearch::corrupt(const Machine& machine) {
    for (std::size_t shard = 0; shard < spec_.shards; ++shard) {
        for (std::size_t which = 0; which <= spec_.replicas; ++which) {
            Copy& copy = copy_of(shard, which);
            if (copy.machine != &machine || copy.is_corrupt) continue;
            copy.is_corrupt = true;
            crew_.run(repair(shard, copy));
        }
    }
}

sim::Duration Elasticsearch::time_to_copy(std::uint64_t documents) const {
    const double bytes =
        static_cast<double>(documents) * static_cast<double>(spec_.document_size.count);
    return sim::from_seconds(bytes / static_cast<double>(spec_.recovery_bandwidth.count));
}

// From a copy in sync, which may come back meanwhile; where there is none, from the snapshot.
sim::Task<void> Elasticsearch::repair(std::size_t shard, Copy& copy) {
    Shard& its = shards_[shard];
    const sim::Time since = context_.now();
    while (copy.is_corrupt) {
        const bool restores = in_sync(shard) == nullptr;
        if (!copy.machine->is_up() || (restores && !spec_.snapshot)) {
            co_await sim::sleep(context_.scheduler(), kRetryRecovery);
            continue;
        }
        copy.missed = 0;  // the files have all until now
        if (restores) co_await sim::sleep(context_.scheduler(), spec_.snapshot->restore_after);
        co_await sim::sleep(context_.scheduler(),
                            time_to_copy(restores ? its.in_snapshot : its.documents));
        const bool has_changed = restores != (in_sync(shard) == nullptr);
        if (has_changed || !copy.machine->is_up()) continue;
        if (restores) {
            lost_documents_.add(static_cast<double>(its.documents - its.in_snapshot));
            its.documents = its.in_snapshot;
        }
        copy.is_corrupt = false;
    }
    repair_time_.at_least(sim::seconds(context_.now() - since));
    recover();
}

// --- data nodes that go ---

// Of its memory, but not within the request that asked for more.
sim::Task<void> Elasticsearch::die(Machine& machine) {
    co_await sim::sleep(context_.scheduler(), sim::Duration(1));
    machine.is_dying_ = false;
    if (!machine.is_up()) co_return;
    context_.world.recorder.incident(machine.name(), "out of memory");
    out_of_memory_.add();
    machine.take_down();
    co_await sim::sleep(context_.scheduler(), spec_.aggregations->restart_time);
    machine.bring_up();
}

// With fewest copies, and none of this shard.
Elasticsearch::Machine* Elasticsearch::target_for(std::size_t shard) {
    Machine* found = nullptr;
    std::ptrdiff_t fewest = 0;
    for (Machine& machine : machines_) {
        const auto is_here = [&](const Copy& copy) { return copy.machine == &machine; };
        const Copy* const first = &copy_of(shard, 0);
        const bool has_one = std::any_of(first, first + spec_.replicas + 1, is_here);
        if (!machine.is_up() || has_one) continue;
        const std::ptrdiff_t copies = std::ranges::count_if(copies_, is_here);
        if (found != nullptr && copies >= fewest) continue;
        found = &machine;
        fewest = copies;
    }
    return found;
}

sim::Task<void> Elasticsearch::reallocate(Machine& machine) {
    const std::uint32_t times_down = machine.times_down();
    co_await sim::sleep(context_.scheduler(), spec_.delayed_timeout);
    if (machine.is_up() || machine.times_down() != times_down) co_return;
    for (std::size_t shard = 0; shard < spec_.shards; ++shard) {
        for (std::size_t which = 0; which <= spec_.replicas; ++which) {
            Copy& copy = copy_of(shard, which);
            if (copy.machine != &machine || copy.is_corrupt || in_sync(shard) == nullptr) continue;
            Machine* const target = target_for(shard);
            if (target == nullptr) continue;
            copy.machine = target;
            copy.is_corrupt = true;  // nothing of it is there yet
            reallocated_.add();
            crew_.run(repair(shard, copy));
        }
    }
}

// Of shards that are there.
sim::Task<void> Elasticsearch::take_snapshots() {
    for (;;) {
        co_await sim::sleep(context_.scheduler(), spec_.snapshot->interval);
        for (std::size_t shard = 0; shard < shards_.size(); ++shard) {
            if (in_sync(shard) != nullptr) shards_[shard].in_snapshot = shards_[shard].documents;
        }
    }
}

}  // namespace models
