// Misses counted by libCacheSim on seven traces and two short sequences, case by case, and hit
// ratios known in closed form.
//
// Left out, because no member of the family is them: LeCaR and QDLP (2 columns). The byte-size
// table of libCacheSim's own tests needs a trace that is not here.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "models/caches/arc.h"
#include "models/caches/clairvoyant.h"
#include "models/caches/clock.h"
#include "models/caches/fifo.h"
#include "models/caches/lfu.h"
#include "models/caches/lirs.h"
#include "models/caches/lru.h"
#include "models/caches/redis.h"
#include "models/caches/s3_fifo.h"
#include "models/caches/sieve.h"
#include "models/caches/slru.h"
#include "models/caches/store.h"
#include "models/caches/tiny_lfu.h"
#include "models/caches/two_queue.h"
#include "sim/zipf.h"
#include "tests/truth/tally.h"

namespace {

using Trace = std::vector<std::uint64_t>;

// One lookup after another, each miss stored, entries of one byte.
std::uint64_t misses(const models::EvictionChoice& choice, std::uint64_t capacity,
                     const Trace& trace) {
    models::Store store(choice, {capacity, 1});
    std::uint64_t count = 0;
    for (const std::uint64_t key : trace) {
        if (store.find(key, {}) != models::kNoSlot) continue;
        ++count;
        store.put(key, 1, sim::kForever, {});
    }
    return count;
}

std::uint64_t clairvoyant_misses(std::uint64_t capacity, const Trace& trace) {
    const std::vector<bool> hits = models::clairvoyant_hits(trace, capacity);
    return static_cast<std::uint64_t>(std::count(hits.begin(), hits.end(), false));
}

const std::map<std::string, models::EvictionChoice>& policies() {
    static const std::map<std::string, models::EvictionChoice> known = {
        {"lru", models::Lru::Spec{}},         {"fifo", models::Fifo::Spec{}},
        {"lfu", models::Lfu::Spec{}},         {"arc", models::Arc::Spec{}},
        {"clock", models::ClockHand::Spec{}}, {"sieve", models::Sieve::Spec{}},
        {"s3fifo", models::S3Fifo::Spec{}},   {"slru", models::Slru::Spec{}},
        {"twoq", models::TwoQueue::Spec{}},   {"lirs", models::Lirs::Spec{}},
        {"wtinyLFU", models::TinyLfu::Spec{}}};
    return known;
}

// Not met, and why:
// - lirs: libCacheSim's, when an entry that is only in the queue is used, also takes the LIR entry
//   at the bottom, and with a queue of one then counts an entry as there that it has just evicted.
//   Ours is the paper's; the counts differ by 1 to 10 (loop_120 in 120: 47).
// - wtinyLFU: its main part is such a segmented LRU (a fifth and four fifths of 99 % of the cache),
//   and the sketch is hashed by libCacheSim's build. The counts differ by 1 to 21 %; in 60 entries
//   its window has room for none, so that it stores nothing at all.
const std::set<std::string>& not_met() {
    static const std::set<std::string> cases = {
        "loop_120 lirs 120",
        "loop_120 wtinyLFU 100",
        "loop_120 wtinyLFU 119",
        "loop_120 wtinyLFU 60",
        "zipf08_1000 lirs 10",
        "zipf08_1000 lirs 100",
        "zipf08_1000 lirs 200",
        "zipf08_1000 lirs 50",
        "zipf08_1000 lirs 500",
        "zipf08_1000 wtinyLFU 100",
        "zipf08_1000 wtinyLFU 200",
        "zipf08_1000 wtinyLFU 500",
        "zipf10_1000 lirs 10",
        "zipf10_1000 lirs 100",
        "zipf10_1000 lirs 200",
        "zipf10_1000 lirs 50",
        "zipf10_1000 lirs 500",
        "zipf10_1000 wtinyLFU 100",
        "zipf10_1000 wtinyLFU 200",
        "zipf10_1000 wtinyLFU 500",
        "zipf10_popularity_shift lirs 100",
        "zipf10_popularity_shift lirs 20",
        "zipf10_popularity_shift lirs 200",
        "zipf10_popularity_shift wtinyLFU 100",
        "zipf10_popularity_shift wtinyLFU 200",
    };
    return cases;
}

}  // namespace

TEST_CASE("misses on published traces") {
    const truth::Json traces = truth::file("cache_traces.json");
    const truth::Json file = truth::file("caches.json");
    truth::Tally tally("caches miss_counts");
    std::size_t unmet = 0;
    for (const auto& [name, rows] : file.at("miss_counts").items()) {
        const Trace trace = traces.at(name).get<Trace>();
        for (const auto& [policy, cells] : rows.at("misses").items()) {
            const bool is_bound = policy == "belady_min";
            if (!is_bound && !policies().contains(policy)) continue;
            for (const auto& [size, cell] : cells.items()) {
                const std::uint64_t capacity = std::stoull(size);
                const auto expected = cell.get<std::uint64_t>();
                const std::uint64_t got = is_bound ? clairvoyant_misses(capacity, trace)
                                                   : misses(policies().at(policy), capacity, trace);
                const std::string which = fmt::format("{} {} {}", name, policy, size);
                if (not_met().contains(which)) {
                    ++unmet;
                    CHECK_MESSAGE(got != expected, which);  // met by now: take it off the list
                    continue;
                }
                tally.begin(which);
                tally.same("misses", got, expected);
            }
        }
    }
    MESSAGE("listed as not met: ", unmet);
    CHECK(unmet == not_met().size());
}

TEST_CASE("page faults on the sequences of the textbooks") {
    truth::Tally tally("caches tiny_sequences");
    const truth::Json file = truth::file("caches.json");
    for (const auto& row : file.at("tiny_sequences")) {
        const Trace trace = row.at("sequence").get<Trace>();
        for (const auto& [frames, faults] : row.at("faults").items()) {
            for (const auto& [policy, expected] : faults.items()) {
                const std::uint64_t capacity = std::stoull(frames);
                tally.begin(
                    fmt::format("{} {} {}", row.at("id").get<std::string>(), policy, frames));
                tally.same("faults",
                           policy == "optimal" ? clairvoyant_misses(capacity, trace)
                                               : misses(policies().at(policy), capacity, trace),
                           expected.get<std::uint64_t>());
            }
        }
    }
}

namespace {

// Hit ratio of independent requests with Zipf popularity, after a warm-up of as many again.
double zipf_hit_ratio(const models::EvictionChoice& choice, const truth::Json& row,
                      std::uint64_t requests, std::uint64_t seed) {
    const sim::Zipf zipf({row.at("catalogue"), row.at("zipf_alpha")});
    models::Store store(choice, {row.at("cache_objects"), seed});
    sim::Draws draws(sim::mix(seed));
    std::uint64_t hits = 0;
    for (std::uint64_t request = 0; request < 2 * requests; ++request) {
        const std::uint64_t key = zipf.sample(draws);
        if (store.find(key, {}) != models::kNoSlot) {
            hits += request >= requests;
        } else {
            store.put(key, 1, sim::kForever, {});
        }
    }
    return static_cast<double>(hits) / static_cast<double>(requests);
}

}  // namespace

// A million requests: a standard error of at most 0.0005 were they independent; hits come in runs
// of the mean residence, which doubles it at most here. Five of those: 0.005.
TEST_CASE("exact hit ratios under independent requests") {
    truth::Tally tally("cache_theory exact_tiny");
    const truth::Json file = truth::file("cache_theory.json");
    for (const auto& row : file.at("exact_tiny").at("rows")) {
        constexpr std::uint64_t kRequests = 1000000;
        tally.begin(fmt::format("{} of {} at {}", row.at("cache_objects").get<int>(),
                                row.at("catalogue").get<int>(),
                                row.at("zipf_alpha").get<double>()));
        tally.near("lru", zipf_hit_ratio(models::Lru::Spec{}, row, kRequests, 1),
                   row.at("lru_exact"), 0.005);
        for (const models::EvictionChoice& choice :
             {models::EvictionChoice(models::Fifo::Spec{}),
              models::EvictionChoice(models::AnyOf<models::Among::all>::Spec{})}) {
            tally.near(std::string(choice.kind()), zipf_hit_ratio(choice, row, kRequests, 2),
                       row.at("fifo_and_random_exact"), 0.005);
        }
    }
}

// Che's is an approximation, by the table's own word good to half a point for LRU; of FIFO it says
// nothing, and we allow a point.
TEST_CASE("Che's approximation") {
    truth::Tally tally("cache_theory che_zipf");
    const truth::Json file = truth::file("cache_theory.json");
    for (const auto& row : file.at("che_zipf").at("rows")) {
        const std::uint64_t requests =
            std::max<std::uint64_t>(300000, 10 * row.at("cache_objects").get<std::uint64_t>());
        tally.begin(fmt::format("{} of {} at {}", row.at("cache_objects").get<int>(),
                                row.at("catalogue").get<int>(),
                                row.at("zipf_alpha").get<double>()));
        tally.near("lru", zipf_hit_ratio(models::Lru::Spec{}, row, requests, 3),
                   row.at("lru_hit_ratio_che"), 0.005);
        tally.near("fifo", zipf_hit_ratio(models::Fifo::Spec{}, row, requests, 4),
                   row.at("fifo_random_hit_ratio_ttl_approx"), 0.01);
    }
}

// A million requests for one key: five standard errors of a share are 0.0025, of runs about as much
// again.
TEST_CASE("hit ratios of a TTL") {
    truth::Tally tally("cache_theory ttl");
    const truth::Json file = truth::file("cache_theory.json");
    for (const auto& row : file.at("ttl").at("rows")) {
        const sim::Duration ttl = sim::from_seconds(row.at("ttl"));
        tally.begin(fmt::format("ttl {}", row.at("ttl").get<double>()));
        for (const bool renews : {false, true}) {
            models::Store store(models::Lru::Spec{}, {1, 1});
            sim::Draws draws(sim::mix(7));
            sim::Time now{};
            int hits = 0;
            for (int request = 0; request < 1000000; ++request) {
                now +=
                    sim::from_seconds(draws.exponential() / row.at("poisson_rate").get<double>());
                const bool hit = store.find(1, now) != models::kNoSlot;
                hits += hit;
                if (!hit || renews) store.put(1, 1, now + ttl, now);
            }
            tally.near(renews ? "renewed" : "from the insert", hits / 1e6,
                       row.at(renews ? "hit_ratio_ttl_reset_on_hit" : "hit_ratio_ttl_from_insert"),
                       0.005);
        }
    }
}

// redis.conf's table, made with redis-benchmark by one run a cell: a random walk, whose values we
// allow a fifth of, and one. Within a minute, so that nothing fades; the first use is the insert.
TEST_CASE("Redis' count of uses") {
    truth::Tally tally("redis_cluster lfu");
    const truth::Json file = truth::file("redis_cluster.json");
    const truth::Json& table = file.at("lfu").at("expected_counter_table");
    for (const std::uint32_t factor : {0u, 1u, 10u, 100u}) {
        models::EvictionState state;
        state.stream = factor + 1;
        models::SampledLfu<models::Among::all> lfu({5, factor, 1}, state);
        const models::Slot slot = state.entries.add({1, sim::kForever, 0, 0, 1, 0});
        lfu.inserted(slot);
        std::uint64_t uses = 0;
        for (std::size_t column = 0; column < table.at("hits").size(); ++column) {
            for (; uses < table.at("hits")[column].get<std::uint64_t>(); ++uses) lfu.hit(slot);
            const double expected = table.at(fmt::format("factor_{}", factor))[column];
            tally.begin(fmt::format("factor {} after {}", factor, uses));
            tally.near("count", lfu.count(state.entries[slot]), expected, expected / 5 + 1);
        }
    }
}
