// Redis' maxmemory-policy, by its own names: what is sampled, and who of the sample is the worst.
#pragma once

#include <tuple>

#include "models/caches/sampled.h"
#include "models/spec/declaration/spec.h"

namespace models {

enum class Among { all, expiring };

template <Among kAmong>
constexpr std::string_view redis_name(std::string_view all, std::string_view expiring) {
    return kAmong == Among::all ? all : expiring;
}

// `maxmemory-samples`
inline constexpr std::uint32_t kRedisSamples = 5;
inline constexpr std::string_view kSamplesDoc =
    "Entries sampled for an eviction (maxmemory-samples); the worst goes.";

// How long it was not used, in whole seconds.
class RedisLru : public Sampled {
public:
    using Sampled::Sampled;
    void hit(Slot slot) final { state_.entries[slot].mark = clock(); }
    void inserted(Slot slot) final { add_member(slot, clock()); }
    Slot evict() final {
        return evict_by([now = clock()](const Entry& entry) { return now - entry.mark; });
    }

private:
    std::uint32_t clock() const {
        return static_cast<std::uint32_t>(state_.now.time_since_epoch() / std::chrono::seconds(1));
    }
};

// A count of eight bits that grows like a logarithm and fades; above it the minute it was updated.
class RedisLfu : public Sampled {
public:
    struct Counting {
        std::uint32_t log_factor;
        std::uint32_t decay_minutes;
    };
    RedisLfu(EvictionState& state, std::uint32_t samples, bool only_expiring, Counting counting)
        : Sampled(state, samples, only_expiring), counting_(counting) {}

    void hit(Slot slot) final;
    void inserted(Slot slot) final { add_member(slot, minute() << 8 | kFirst); }
    Slot evict() final {
        return evict_by(
            [this, now = minute()](const Entry& entry) { return kMost - count(entry, now); });
    }
    // Of an entry, faded to this moment.
    std::uint32_t count(const Entry& entry) const { return count(entry, minute()); }

private:
    static constexpr std::uint32_t kFirst = 5, kMost = 255;

    std::uint32_t count(const Entry& entry, std::uint32_t minute) const;
    std::uint32_t minute() const {
        return static_cast<std::uint32_t>(state_.now.time_since_epoch() / std::chrono::minutes(1)) &
               0xffff;
    }

    Counting counting_;
};

template <Among kAmong>
class SampledLru final : public RedisLru {
public:
    struct Spec {
        static constexpr std::string_view kind = redis_name<kAmong>("allkeys_lru", "volatile_lru");
        static constexpr std::string_view doc = redis_name<kAmong>(
            "Redis: of a few drawn at random, the least recently used.",
            "Redis: of a few drawn from those with a TTL, the least recently used.");
        std::uint32_t samples = kRedisSamples;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("samples", &Spec::samples, at_least(1u), at_most(64u), kSamplesDoc)};
        }
    };
    SampledLru(const Spec& spec, EvictionState& state)
        : RedisLru(state, spec.samples, kAmong == Among::expiring) {}
};

template <Among kAmong>
class SampledLfu final : public RedisLfu {
public:
    struct Spec {
        static constexpr std::string_view kind = redis_name<kAmong>("allkeys_lfu", "volatile_lfu");
        static constexpr std::string_view doc = redis_name<kAmong>(
            "Redis: of a few drawn at random, the least often used lately.",
            "Redis: of a few drawn from those with a TTL, the least often used lately.");
        std::uint32_t samples = kRedisSamples;
        std::uint32_t log_factor = 10;
        std::uint32_t decay_minutes = 1;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("samples", &Spec::samples, at_least(1u), at_most(64u), kSamplesDoc),
                param("log_factor", &Spec::log_factor, at_most(1000u),
                      "How slowly the count of uses grows (lfu-log-factor)."),
                param("decay_minutes", &Spec::decay_minutes, at_most(65535u),
                      "Minutes without a use after which one is taken from the count "
                      "(lfu-decay-time). With 0 it never decays.")};
        }
    };
    SampledLfu(const Spec& spec, EvictionState& state)
        : RedisLfu(state, spec.samples, kAmong == Among::expiring,
                   {spec.log_factor, spec.decay_minutes}) {}
};

template <Among kAmong>
class AnyOf final : public Sampled {
public:
    struct Spec {
        static constexpr std::string_view kind = redis_name<kAmong>("random", "volatile_random");
        static constexpr std::string_view doc =
            redis_name<kAmong>("Any entry, as Redis' allkeys-random.", "Any entry with a TTL.");
        static constexpr auto params() { return std::tuple{}; }
    };
    AnyOf(const Spec&, EvictionState& state) : Sampled(state, 1, kAmong == Among::expiring) {}
    void hit(Slot) override {}
    void inserted(Slot slot) override { add_member(slot, 0); }
    Slot evict() override {
        return evict_by([](const Entry&) { return 0; });
    }
};

class VolatileTtl final : public Sampled {
public:
    struct Spec {
        static constexpr std::string_view kind = "volatile_ttl";
        static constexpr std::string_view doc =
            "Redis: of a few drawn from those with a TTL, the first to expire.";
        std::uint32_t samples = kRedisSamples;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("samples", &Spec::samples, at_least(1u), at_most(64u), kSamplesDoc)};
        }
    };
    VolatileTtl(const Spec& spec, EvictionState& state) : Sampled(state, spec.samples, true) {}
    void hit(Slot) override {}
    void inserted(Slot slot) override { add_member(slot, 0); }
    Slot evict() override {
        return evict_by([](const Entry& entry) {
            return ~static_cast<std::uint64_t>(entry.expires.time_since_epoch().count());
        });
    }
};

// Writes that find no room fail.
class NoEviction final : public Eviction {
public:
    struct Spec {
        static constexpr std::string_view kind = "noeviction";
        static constexpr std::string_view doc =
            "Redis' default: nothing is evicted, and an entry that finds no room is not stored.";
        static constexpr auto params() { return std::tuple{}; }
    };
    NoEviction(const Spec&, EvictionState&) {}
    void hit(Slot) override {}
    void inserted(Slot) override {}
    Slot evict() override { return kNoSlot; }
    void forget(Slot) override {}
    void clear() override {}
};

}  // namespace models
