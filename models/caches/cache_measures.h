// What a cache counts from the end of the warm-up on.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "models/caches/cache_copy.h"
#include "models/calls/tally.h"

namespace models {

class CacheMeasures {
public:
    CacheMeasures(const CacheSpec& spec, const Context& context);

    // A lookup of an entry, which began then and found it or not.
    void looked_up(Key key, bool found);
    // A read that went past a machine which is down: it would have looked there.
    void passed_unasked();
    void answered(bool hit, sim::Time began);
    void loading();  // a question to the node behind
    void crashed();

    void begin_measuring(std::span<const std::unique_ptr<CacheCopy>> copies);
    void finish(std::span<const std::unique_ptr<CacheCopy>> copies);

    Tally hits, misses, loads, joined, refreshes, served_stale, negative_hits, bypassed;
    Tally stale_reads, inconsistent_reads, refused_sets, evicted_by_writes;
    Tally flushes, flushed_rows, flushed_writes, failed_connections, ejections;
    Tally lost_writes, lost_entries, sessions_lost, sessions_evicted;

private:
    // Sums over copies, to tell what came since the warm-up.
    struct Counted {
        std::uint64_t evictions = 0;
        std::uint64_t expirations = 0;
    };

    // Answers, and the time they took.
    struct Answers {
        std::uint64_t count = 0;
        double seconds = 0;
        double mean() const { return count == 0 ? 0 : seconds / static_cast<double>(count); }
    };
    // Lookups, and those that found something.
    struct Lookups {
        std::uint64_t count = 0;
        std::uint64_t hits = 0;
        double ratio() const {
            return count == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(count);
        }
    };

    bool is_measuring() const { return context_.world.recorder.measured_from() <= context_.now(); }
    void begin_second();
    Counted counted(std::span<const std::unique_ptr<CacheCopy>> copies) const;
    double clairvoyant_ratio(std::uint64_t entries) const;

    Context context_;
    bool is_clairvoyant_;
    std::uint64_t room_;  // in entries
    Counted before_;
    Lookups lookups_;
    Answers hit_answers_;
    Answers miss_answers_;
    std::vector<Key> keys_;  // of all lookups, for the clairvoyant
    std::size_t first_measured_ = 0;

    // The second that runs.
    std::int64_t second_ = 0;
    std::uint64_t second_loads_ = 0;
    Lookups second_lookups_;
    std::uint64_t loads_peak_ = 0;

    // After a crash: how long until a second's hits were nine tenths of what they had been.
    std::optional<sim::Time> crashed_at_;
    double ratio_before_ = 0;
    sim::Duration recovery_{};
};

}  // namespace models
