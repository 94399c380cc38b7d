// What a member of a consumer group fetches: a feed for each partition that it was assigned.
//
// Of each partition one fetch is under way at a time, and the next begins as soon as what the last
// one brought is taken (take_turns). A fetch that finds the leader gone asks for who leads now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "models/log_broker/peer.h"
#include "models/log_broker/wire.h"
#include "models/processes/incarnation.h"
#include "sim/gate.h"
#include "sim/task.h"
#include "sim/task_group.h"

namespace models {

class ConsumerGroup;

class Fetcher {
public:
    struct Fetched {
        PartitionId partition;
        Record record;
        StoreSlot slot;
        Offset offset;
    };

    // `woken` is pulsed when there are records.
    Fetcher(ConsumerGroup& group, const Incarnation& process, Peer& peer, sim::Gate& woken);

    // Of a partition, from there on; none: nothing of it is committed, so as auto_offset_reset
    // says.
    void begin(PartitionId partition, std::optional<Offset> from);
    // What was fetched of it is forgotten.
    void end(PartitionId partition);
    void end_all();
    // Its process has died.
    void dismiss();

    bool is_empty() const { return feeds_.empty(); }
    bool has(PartitionId partition) const { return feeds_.contains(partition); }
    Assignment partitions() const;

    bool has_records() const { return !ready_.empty(); }
    // So many at most: of one partition after the other, the one after the last first.
    std::vector<Fetched> take_turns(std::size_t most);
    // What was taken and is not done: it comes first again, if its partition is still there.
    void put_back(const std::vector<Fetched>& taken);

private:
    struct Feed {
        Feed(sim::Scheduler& scheduler, PartitionId id, const PartitionState& known)
            : partition(id), state(known), drained(scheduler, true) {}
        void end() {
            is_gone = true;
            drained.open();
        }
        PartitionId partition;
        PartitionState state;
        bool is_drained() const { return back.empty() && first == records.size(); }
        std::optional<Offset> next{};  // to fetch
        std::deque<Fetched> back{};    // taken, and put back: they come first again
        Records records{};
        std::vector<Piece> pieces{};  // where these are in the partition's store
        Offset offset = 0;            // of the first of them
        std::size_t first = 0;        // of them that is not taken
        sim::Gate drained;
        bool is_gone = false;
    };

    sim::Task<void> fetch(std::shared_ptr<Feed> feed);
    sim::Task<bool> fetch_once(std::shared_ptr<Feed> feed);
    void take(Feed& feed, BrokerAnswer& answer);
    static void take_from(Feed& feed, std::size_t most, std::vector<Fetched>& into);

    ConsumerGroup& group_;
    const Incarnation& process_;
    Peer& peer_;
    sim::Gate& woken_;
    std::map<PartitionId, std::shared_ptr<Feed>> feeds_;
    std::set<PartitionId> ready_;  // that have records
    PartitionId turn_ = 0;         // whose records are next
    sim::TaskGroup fetches_;
};

}  // namespace models
