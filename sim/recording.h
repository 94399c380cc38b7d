// What a finished run leaves behind: plain data, which reports read and models never see again.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/figure.h"
#include "sim/fingerprint.h"
#include "sim/latencies.h"
#include "sim/latency_log.h"
#include "sim/latency_slices.h"
#include "sim/outcome.h"
#include "sim/replayed.h"
#include "sim/resource.h"
#include "sim/rng.h"
#include "sim/series_values.h"
#include "sim/slices.h"
#include "sim/time.h"
#include "sim/usage.h"
#include "sim/watched.h"

namespace sim {

struct Observed;  // span.h

// Requests that were meant to start during the warm-up and ended after it. They are in no figure of
// latency or availability, as these are of requests; what was served in the measured time includes
// them.
struct Carried {
    std::array<std::uint64_t, 4> ended{};  // by Outcome
    Duration time{};                       // summed over them, from their start to their end

    bool operator==(const Carried&) const = default;
};

// offered = succeeded + failed + rejected + timed_out + in_flight, always: what is in flight is
// counted as requests come and go, so that one which is lost breaks this law. A request counts when
// it was meant to start after the warm-up.
struct Totals {
    std::uint64_t offered = 0;
    std::array<std::uint64_t, 4> ended{};  // by Outcome
    std::uint64_t in_flight = 0;           // when the run ended
    Carried carried;

    std::uint64_t of(Outcome outcome) const { return ended[static_cast<std::size_t>(outcome)]; }
    std::uint64_t finished() const { return ended[0] + ended[1] + ended[2] + ended[3]; }
    bool is_conserved() const { return offered == finished() + in_flight; }
    // Ended in the measured time, whenever they began.
    std::uint64_t served(Outcome outcome) const {
        return of(outcome) + carried.ended[static_cast<std::size_t>(outcome)];
    }
    std::uint64_t served() const {
        return finished() + carried.ended[0] + carried.ended[1] + carried.ended[2] +
               carried.ended[3];
    }
    // Of those offered, the share that had not ended when the run did: no percentile knows how long
    // they would have taken.
    double censored() const {
        return offered == 0 ? 0 : static_cast<double>(in_flight) / static_cast<double>(offered);
    }
    // Of those that ended; 1 when none has.
    double availability() const {
        return finished() == 0
                   ? 1
                   : static_cast<double>(of(Outcome::succeeded)) / static_cast<double>(finished());
    }

    bool operator==(const Totals&) const = default;
};

// How a number of a node went: its mean over each slice of time, weighted by time.
struct Series {
    std::string name;  // snake_case
    std::string unit;  // as a Measure's
    SeriesValues values;
    bool is_drawn = true;            // else it is there for files, and for rules
    const Figure* figure = nullptr;  // what is declared of it
};

// How many requests of each slice succeeded within a latency that an objective promises.
struct Promise {
    Duration latency{};
    std::vector<std::uint32_t> kept;
};

// Requests told apart by something they carry: a segment, a locale, an endpoint.
struct Split {
    std::string by;    // "segment"
    std::string name;  // "premium"
    Totals totals;
    Latencies latency;
    Slices slices;
    std::array<Duration, kSpents> spent{};  // of an endpoint, where its node tells them apart
};

// What a node sent to another, since the warm-up; every attempt counts.
struct CallRecord {
    std::string to;
    std::uint64_t requests = 0;
    UsedSlices slices;  // `taken` is how many were sent in each, warm-up included
};

// One machine, or one backend of a balancer.
struct InstanceRecord {
    std::string name;
    std::uint64_t requests = 0;         // sent to it, since the warm-up
    std::optional<double> utilisation;  // of its cores, 0 to 1
};

// A request that took longer than it should have: where its time went, and what all requests of its
// instance were doing when it was late.
struct SlowRequest {
    Time arrived{};
    Duration latency{};
    std::string instance;
    std::string endpoint;
    Outcome outcome = Outcome::succeeded;
    std::array<Duration, kSpents> spent{};  // sums to the latency
    struct Doing {
        std::string what;
        std::uint32_t requests = 0;
    };
    std::vector<Doing> dump;
};

// A message that a node keeps when the run ends: a record of a log, or what waits in a queue.
struct StoredMessage {
    std::uint32_t partition = 0;
    std::uint64_t offset = 0;          // within its partition
    std::optional<std::uint64_t> key;  // none: it has no key
    std::uint64_t request = 0;         // the operation that it came from
    Time created{};
    std::uint32_t bytes = 0;

    bool operator==(const StoredMessage&) const = default;
};

// What a node keeps under one name, in the order of time: the oldest and the newest messages, as
// far as there is room for them here.
struct TopicRecord {
    static constexpr std::size_t kOldest = 10'000;
    static constexpr std::size_t kNewest = 100;

    std::string name;
    std::uint32_t partitions = 1;
    std::uint64_t messages = 0;  // that are there
    std::uint64_t bytes = 0;
    std::vector<StoredMessage> oldest;
    std::vector<StoredMessage> newest;  // of those that are not among the oldest

    std::uint64_t left_out() const { return messages - oldest.size() - newest.size(); }
    bool operator==(const TopicRecord&) const = default;
};

struct NodeRecord {
    std::string name;
    std::string kind;
    bool is_client = false;    // where users are: what it saw is what the run's totals are
    bool is_balancer = false;  // passes calls on, each to one of another node's instances
    Totals totals;
    Latencies latency;
    double in_flight_mean = 0;  // requests there at a time, over the measured time
    std::uint64_t writes = 0;   // of the offered
    std::array<std::uint64_t, kMostCauses> causes{};
    std::array<Duration, kSpents> spent{};      // summed over the requests that ended
    std::optional<double> utilisation;          // of its cores, 0 to 1
    std::optional<double> connections_in_use;   // share of its connections, mean over time
    std::optional<std::uint64_t> waiting_peak;  // longest line
    double instances = 0;                       // mean number
    double cost_usd = 0;                        // the sum of `usages`, once they are priced
    std::vector<Usage> usages;
    std::vector<Measure> measures;
    Slices slices;
    LatencySlices latencies;     // of clients, by slice, warm-up included: of what succeeded
    LatencySlices failed_after;  // and of what did not
    LatencyLog log;              // of clients, by log interval since the warm-up: of what succeeded
    LatencyLog failed_log;       // and of what did not
    std::vector<Series> series;
    std::vector<ResourceRecord> resources;     // the first are its requests, which have no end
    std::vector<CauseCount> causes_over_time;  // slice by slice; only what occurred
    std::vector<Promise> promises;
    std::vector<Split> splits;
    std::vector<InstanceRecord> machines;
    std::vector<CallRecord> calls;
    std::vector<SlowRequest> slow;  // in the order in which they ended
    std::vector<TopicRecord> topics;
};

// Something that happened once: a fault, its end, an out-of-memory kill.
struct Incident {
    Time at{};
    std::string node;
    std::string what;
    std::string detail;
    bool is_failure = false;      // of the scenario's; "... healed" ends it
    std::string failure_class{};  // of a failure: how it shows itself to callers
};

struct Recording {
    Seed seed;
    Fingerprint fingerprint;
    Fingerprint arrivals;  // of what the clients' users asked for, and when, warm-up included
    std::uint64_t events = 0;
    Duration simulated{};  // warm-up included
    Duration warm_up{};
    Duration slice{};
    Duration log_interval{};
    CauseTable causes;              // by number
    std::vector<NodeRecord> nodes;  // in the scenario's order
    std::vector<Incident> incidents;
    std::vector<Watched> watched;
    std::vector<Message> messages;
    std::shared_ptr<const Observed> observed;       // none when no request was looked at closely
    std::optional<double> downtime_usd_per_hour{};  // what it costs to be down; none: nobody says
    std::vector<Replayed> replayed;                 // of traces whose requests were followed
    bool out_of_room = false;  // stopped early: more requests in flight than memory allows

    Duration measured() const { return simulated - warm_up; }
};

}  // namespace sim
