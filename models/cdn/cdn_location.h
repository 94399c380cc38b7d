// One edge location: its cache, the fetches that are under way for it, and what it knows of purges.
//
// An object takes an entry of the store (caches/store.h, 44 bytes) and 8 bytes for its version.
// When it stops being fresh follows from when its entry goes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "models/caches/store.h"
#include "models/calls/shared_answer.h"
#include "models/cdn/cdn_spec.h"
#include "models/failures/injection.h"
#include "models/instance_state.h"
#include "models/network/mailbox.h"
#include "models/node.h"
#include "sim/cpu.h"

namespace models {

class Cdn;

// Of the log of purges, as far as it is known where this was sent: up to the one with that number.
struct PurgesUpTo {
    std::uint64_t number;
};

class CdnLocation final : public Instance, public Crashable, public Slowable, public Injectable {
public:
    // An object that is there.
    struct Found {
        std::uint64_t version;
        std::uint32_t bytes;
        sim::Time fresh_until;
    };

    // A fetch that several wait for. What was purged meanwhile is not kept.
    struct Fetch {
        explicit Fetch(sim::Scheduler& scheduler) : answer(scheduler) {}
        SharedAnswer answer;
        bool is_purged = false;
    };

    // Since the end of the warm-up.
    struct Counts {
        std::uint64_t hits = 0;
        std::uint64_t misses = 0;
        std::uint64_t bytes_out = 0;
        std::uint64_t origin_fetches = 0;
        std::uint64_t origin_bytes = 0;
    };

    CdnLocation(Cdn& cdn, std::uint32_t index);

    Go enter(Call& call) override;
    Reply call(Request request) override;
    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override;
    PlaceId place() const override { return place_; }
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }
    Injection* injection() override { return injection_ ? &*injection_ : nullptr; }

    // The object of that name, used once more; none when it is of no use any more.
    std::optional<Found> find(std::uint64_t name, const CdnBehaviorSpec& rule);
    void put(std::uint64_t name, const Found& object, const CdnBehaviorSpec& rule);
    bool erase(std::uint64_t name);

    std::shared_ptr<Fetch> fetch_of(std::uint64_t name) const;
    std::shared_ptr<Fetch> begin_fetch(std::uint64_t name);
    void end_fetch(std::uint64_t name, const std::shared_ptr<Fetch>& fetch);

    // The purges up to this one: what is there goes, what is under way is not kept.
    void apply(std::uint64_t up_to);
    std::uint64_t applied() const { return applied_; }
    Mailbox<PurgesUpTo>& purges() { return purges_; }

    std::uint32_t index() const { return index_; }
    const Store& store() const { return store_; }
    std::size_t memory() const {
        return store_.memory() + versions_.capacity() * sizeof(std::uint64_t);
    }
    sim::Cpu& cpu() { return cpu_; }
    Counts& counts() { return counts_; }

private:
    void forget(std::uint64_t name);

    Cdn& cdn_;
    std::uint32_t index_;
    PlaceId place_;
    Store store_;
    std::vector<std::uint64_t> versions_;  // by slot
    sim::Cpu cpu_;
    std::unordered_map<std::uint64_t, std::shared_ptr<Fetch>> fetches_;  // by name
    std::uint64_t applied_ = 0;
    std::optional<Injection> injection_;
    UpState up_;
    SpeedState slow_;
    Mailbox<PurgesUpTo> purges_;
    Counts counts_;
};

}  // namespace models
