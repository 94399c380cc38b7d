// What can be said of a cache: where it is, what it holds and for how long, and what happens at a
// write, at a miss and at a crash.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/caches/evictions.h"
#include "models/calls/policy.h"
#include "models/prices/instance_price.h"
#include "models/spec/declaration/spec.h"
#include "models/times.h"

namespace models {

enum class Placement { shared, local, proxy };
constexpr auto names_of(Placement) {
    return std::array{
        spec::Word{"shared", Placement::shared,
                   "A shared cache service (Redis, memcached) whose machines each have a part of "
                   "the keys. On a miss the caller asks the node behind, then stores the answer "
                   "(look-aside)."},
        spec::Word{"local", Placement::local,
                   "In the caller's process: each instance that calls has a copy of its own."},
        spec::Word{"proxy", Placement::proxy,
                   "A read-through cache in between (a CDN, a reverse proxy) whose machines each "
                   "have a part of the keys and ask the node behind themselves."}};
}

enum class WriteMode { evict, update, behind, around };
constexpr auto names_of(WriteMode) {
    return std::array{
        spec::Word{"evict", WriteMode::evict,
                   "Cache-aside: the write goes to the node behind, then the entry is deleted "
                   "(@CacheEvict)."},
        spec::Word{"update", WriteMode::update,
                   "Write-through: the write goes to the node behind, then updates the entry."},
        spec::Word{"behind", WriteMode::behind,
                   "Write-behind: the write is acknowledged once it is in the cache, and flushed "
                   "to the node behind in batches."},
        spec::Word{"around", WriteMode::around,
                   "Write-around: the write goes to the node behind only; the entry stays stale "
                   "until it expires."}};
}

enum class OnMiss { load, coalesce, lock };
constexpr auto names_of(OnMiss) {
    return std::array{
        spec::Word{"load", OnMiss::load, "Every request that misses asks the node behind."},
        spec::Word{"coalesce", OnMiss::coalesce,
                   "Misses of one calling instance for one key share one load (single flight)."},
        spec::Word{
            "lock", OnMiss::lock,
            "One request of all loads the key; the others wait and look it up again (mutex)."}};
}

enum class StaleSets { allow, lease, version, delete_twice };
constexpr auto names_of(StaleSets) {
    return std::array{
        spec::Word{"allow", StaleSets::allow, "Every loaded value is stored, even if it is stale."},
        spec::Word{"lease", StaleSets::lease,
                   "Leases (memcached): a value requested before a deletion or a write-through is "
                   "not stored after it. Of two racing writes, either may be stored last."},
        spec::Word{"version", StaleSets::version,
                   "Versions: no value older than the stored or deleted one is stored (gets and "
                   "cas, two commands instead of one)."},
        spec::Word{"delete_twice", StaleSets::delete_twice,
                   "Delayed double delete: a write deletes the entry a second time, after "
                   "`second_delete_after`."}};
}

enum class WhenDown { bypass, fail };
constexpr auto names_of(WhenDown) {
    return std::array{spec::Word{"bypass", WhenDown::bypass, "Requests go to the node behind it."},
                      spec::Word{"fail", WhenDown::fail, "Requests are refused."}};
}

struct CacheCommand {
    static constexpr std::string_view type_name = "cache_command";
    static constexpr std::string_view doc = "A command that cache threads run, called by name.";
    sim::Duration time{};
    sim::Duration per_entry{};
    std::uint64_t batch = 0;
    bool evicts = false;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("time", &CacheCommand::time, at_least(sim::Duration::zero()),
                  "Time of a thread for the command."),
            param("per_entry", &CacheCommand::per_entry, at_least(sim::Duration::zero()),
                  "Additional time of the thread for each entry stored, as for KEYS *."),
            param("batch", &CacheCommand::batch,
                  "Entries after which other commands get their turn, as with SCAN. With 0 (the "
                  "default) the command blocks the thread until it is done."),
            param("evicts", &CacheCommand::evicts,
                  "Whether it deletes the entry of the request's item (DEL), at a local cache that "
                  "of the process which calls.")};
    }
};

struct CachedSessionsSpec {
    static constexpr std::string_view type_name = "cached_sessions";
    static constexpr std::string_view doc =
        "Users' sessions beside the entries, in the same memory; looked at by `session`.";
    spec::CallRef calls;
    sim::Bytes size{1024};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{required("calls", &CachedSessionsSpec::calls,
                                   "Where a user without a session logs in, which makes one."),
                          param("size", &CachedSessionsSpec::size, at_least(sim::Bytes{1}),
                                at_most(sim::Bytes{~std::uint32_t{0}}), "Memory of a session.")};
    }
};

struct CacheSpec {
    static constexpr std::string_view kind = "cache";
    static constexpr std::string_view doc =
        "A cache of the node behind it: keeps answers until their TTL is over or they are evicted "
        "for room.";
    spec::CallRef calls;
    spec::Distribution<sim::Duration> latency;
    std::vector<PolicyChoice> policies;

    Placement placement = Placement::shared;
    std::uint32_t instances = 1;
    std::uint32_t threads = 1;
    sim::Duration command_time{};
    spec::Named<CacheCommand> commands;
    std::optional<CachedSessionsSpec> sessions;
    WhenDown when_down = WhenDown::bypass;
    sim::Duration connect_timeout{};
    std::uint32_t eject_after = 0;
    sim::Duration retry_after = std::chrono::seconds(30);

    sim::Bytes capacity{std::uint64_t{64} << 20};
    sim::Bytes entry_size{1024};
    EvictionChoice eviction;
    bool clairvoyant = false;
    std::uint64_t preload = 0;
    bool whole_set = false;
    bool per_locale = false;

    sim::Duration ttl{};
    sim::Fraction ttl_jitter{};
    sim::Duration ttl_resolution{};
    sim::Duration negative_ttl{};
    sim::Duration stale_while_revalidate{};
    sim::Fraction refresh_ahead{};
    double early_expiration = 0;
    OnMiss on_miss = OnMiss::load;

    WriteMode writes = WriteMode::evict;
    sim::Duration flush_interval = std::chrono::seconds(1);
    std::uint32_t flush_batch = 100;
    StaleSets stale_sets = StaleSets::allow;
    sim::Duration second_delete_after = std::chrono::milliseconds(500);
    bool broadcast = false;
    std::vector<spec::MentionRef> also_evicts;

    InstancePrice price{};

    static constexpr auto params() {
        using namespace spec;
        constexpr auto none = at_least(sim::Duration::zero());
        using Spec = CacheSpec;
        return std::tuple{
            required("calls", &Spec::calls, "The node behind the cache, which is asked on a miss."),
            param("latency", &Spec::latency,
                  "The network to the node behind, one way, instead of the links there."),
            param("policies", &Spec::policies,
                  "Resilience policies of calls to the node behind: timeout, retry, circuit "
                  "breaker and so on."),
            param("placement", &Spec::placement,
                  "Where the cache is: a shared service, local to each caller, or a proxy."),
            param("instances", &Spec::instances, at_least(1u), at_most(10000u),
                  "Number of machines, each with a part of the keys. Of a local cache, the number "
                  "of copies."),
            param("threads", &Spec::threads, at_least(1u), at_most(1024u),
                  "Commands each machine works on at a time."),
            param("command_time", &Spec::command_time, none,
                  "Time of a thread for one command: a lookup, a set after a miss, a delete."),
            param("commands", &Spec::commands,
                  "Commands besides lookup, set and delete, by name, each with its time."),
            param("sessions", &Spec::sessions,
                  "Users' sessions, one for each who asks for `session`. They have no TTL, so that "
                  "a volatile eviction leaves them alone. Without it the cache has no such "
                  "endpoint."),
            param("when_down", &Spec::when_down,
                  "Whether requests bypass the cache or fail while it is down."),
            param("connect_timeout", &Spec::connect_timeout, none,
                  "Connect timeout of a machine that is down. With 0s (the default) the connection "
                  "is refused at once."),
            param("eject_after", &Spec::eject_after, at_most(1000000u),
                  "Failed connections in a row after which a caller ejects a cache machine "
                  "(twemproxy's server_failure_limit). With 0 (the default) it never does."),
            param("retry_after", &Spec::retry_after, above(sim::Duration::zero()),
                  "How long an ejected machine is left out before it is tried again "
                  "(server_retry_timeout)."),
            param("capacity", &Spec::capacity, at_least(sim::Bytes{1}),
                  "Memory for entries, of each machine."),
            param("entry_size", &Spec::entry_size, at_least(sim::Bytes{1}),
                  at_most(sim::Bytes{~std::uint32_t{0}}),
                  "Size of an entry whose answer has no size of its own."),
            param("eviction", &Spec::eviction,
                  "Eviction policy: which entry goes when the cache is full."),
            param("clairvoyant", &Spec::clairvoyant,
                  "Whether the optimal hit ratio of any eviction policy is computed, too, in "
                  "retrospect (Belady's MIN; 8 bytes of memory a lookup; one machine only)."),
            param("preload", &Spec::preload, at_most(std::uint64_t{20000000}),
                  "Items that are in it when the run begins, from item 0."),
            param("whole_set", &Spec::whole_set,
                  "Whether it has a single entry about all items, such as a list or a ranking, "
                  "which any write makes stale. If not (the default), each item has its own."),
            param("per_locale", &Spec::per_locale,
                  "Whether each item has an entry for each locale. Requests of the first locale "
                  "bypass the cache."),
            param("ttl", &Spec::ttl, none,
                  "Time to live (TTL) of an entry. With 0s (the default) entries never expire."),
            param("ttl_jitter", &Spec::ttl_jitter,
                  "Jitter: each TTL is shortened by a random share of up to this, so that entries "
                  "do not expire at once."),
            param(
                "ttl_resolution", &Spec::ttl_resolution, none,
                "What its clock counts in: an entry is fresh until its TTL is over by this clock, "
                "so up to one such step longer (nginx: 1s). With 0s (the default) it is exact."),
            param("negative_ttl", &Spec::negative_ttl, none,
                  "Negative caching: how long it is remembered that an item is missing. With 0s "
                  "(the default) it is not."),
            param("stale_while_revalidate", &Spec::stale_while_revalidate, none,
                  "How long after its ttl an entry is still served while it is being refreshed."),
            param("refresh_ahead", &Spec::refresh_ahead,
                  "Refresh ahead: share of the TTL after which a hit refreshes the entry in the "
                  "background. With 0% (the default) hits refresh nothing."),
            param("early_expiration", &Spec::early_expiration, at_least(0.0), at_most(1000.0),
                  "XFetch's beta, 1 as a rule: the larger, the earlier hits refresh an entry at "
                  "random before its TTL ends, against cache stampedes (Vattani, Chierichetti and "
                  "Lowenstein, 2015). With 0 (the default) hits refresh nothing."),
            param("on_miss", &Spec::on_miss,
                  "Which of several concurrent misses of a key load it from the node behind: all, "
                  "or only one (request coalescing, lock)."),
            param("writes", &Spec::writes,
                  "Write policy: whether a write evicts or updates the entry, is written behind "
                  "later, or bypasses the cache."),
            param("flush_interval", &Spec::flush_interval, above(sim::Duration::zero()),
                  "Interval between two flushes of write-behind. A crash loses the writes not yet "
                  "flushed."),
            param("flush_batch", &Spec::flush_batch, at_least(1u), at_most(16383u),
                  "Items of each batch of a write-behind flush. A database gets a batch as one "
                  "statement of so many rows; other nodes a write for each item, all at once."),
            param("stale_sets", &Spec::stale_sets,
                  "Stale sets: what happens to a value that was loaded before a write and is "
                  "stored after it (memcached's leases and other protections)."),
            param("second_delete_after", &Spec::second_delete_after, none,
                  "Delay of the second delete of delete_twice."),
            param("broadcast", &Spec::broadcast,
                  "Whether a write at one local copy invalidates the entry in all others, by a "
                  "message to each that is sent at most once (pub/sub)."),
            param("also_evicts", &Spec::also_evicts,
                  "Other caches in which a write invalidates the item's entry, or the entry about "
                  "all items."),
            param("price", &Spec::price,
                  "Price of each machine by time, or its size in `prices.sizes`. Without it, that "
                  "of `instance_hours`.")};
    }
    static constexpr auto gone() {
        return std::array{
            spec::Gone{"access_time",
                       "it is the network's: give half of it, one way, as \"latency\" to the node "
                       "that calls it, or place it in a \"network\"; in a process, it is "
                       "\"command_time\""},
            spec::Gone{"broadcast_delay",
                       "it is the links' from copy to copy: place the copies in a \"network\""}};
    }
    std::uint32_t instance_count() const { return instances; }
    // Its copies tell each other what is old.
    bool talks_among_itself() const { return broadcast && instances > 1; }
    Abilities suffers() const;
    std::vector<std::string> endpoint_names() const {
        std::vector<std::string> names;
        for (const auto& [name, command] : commands) names.push_back(name);
        if (sessions) names.emplace_back("session");
        return names;
    }
    spec::Around around() const { return around_call(policies, latency); }
    void check(spec::Check& check) const {
        check.that(!sessions || placement == Placement::shared, "sessions",
                   "sessions in a cache that is not shared by all who ask for them",
                   "set placement to \"shared\"");
        for (const auto& [name, command] : commands) {
            check.that(!sessions || name != "session", "commands",
                       "\"session\" is what sessions are looked at by", "give it another name");
        }
        check.that(ttl_jitter.value < 1, "ttl_jitter", "a ttl may not vanish", "give less than 1");
        check.that(!clairvoyant || instances == 1, "clairvoyant",
                   "the bound is known for one machine only", "set instances to 1");
        check.that(ttl_resolution == sim::Duration::zero() || ttl > sim::Duration::zero(),
                   "ttl_resolution", "without a ttl there is nothing to count", "give a ttl");
        check.that(refresh_ahead.value == 0 || ttl > sim::Duration::zero(), "refresh_ahead",
                   "without a ttl nothing needs to be refreshed", "give a ttl");
    }
};

}  // namespace models
