// One machine of a cache, or the cache in one process: its entries with what they mean, the loads
// that are under way for it, and the writes it has not passed on yet.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "models/caches/cache_spec.h"
#include "models/caches/ejections.h"
#include "models/caches/store.h"
#include "models/failures/injection.h"
#include "models/instance_state.h"
#include "models/network/mailbox.h"
#include "models/node.h"
#include "sim/cpu.h"
#include "sim/gate.h"

namespace models {

class Cache;

class CacheCopy final : public Instance,
                        public Crashable,
                        public Slowable,
                        public Injectable,
                        public Hosted {
public:
    struct Item {
        std::uint64_t version = 0;
        sim::Time fresh_until = sim::kForever;
        sim::Duration loaded_in{};
        bool missing = false;
    };

    // A value to store, asked for at `began`.
    struct Value {
        Item item;
        std::uint32_t bytes = 0;
        sim::Time began{};
    };

    // A load that several wait for.
    struct Load {
        explicit Load(sim::Scheduler& scheduler)
            : done(scheduler, false), stored(scheduler, false) {}
        sim::Gate done;    // the answer is there
        sim::Gate stored;  // and in the cache
        Response response;
    };
    using Loads = std::unordered_map<Key, std::shared_ptr<Load>>;

    // Writes to one item that are acknowledged and not yet in the node behind.
    struct Unflushed {
        Key key = 0;
        std::uint64_t version = 0;
        std::uint64_t writes = 0;
    };

    CacheCopy(Cache& cache, std::uint32_t index);

    Go enter(Call& call) override;
    Reply call(Request request) override;

    bool is_up() const override { return up_.is_up(); }
    void take_down() override;
    void bring_up() override;
    PlaceId place() const override { return invalidations_.place(); }
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }
    Injection* injection() override { return injection_ ? &*injection_ : nullptr; }
    sim::Cpu& cores() override { return cpu_; }

    // The item of a key, used once more; null when it is not there. It may not be fresh any more.
    const Item* find(Key key);
    const Item* peek(Key key) const;

    // Stores what was loaded. False when what is known of the key since says that it is too old.
    bool put(Key key, const Value& value);
    // The same of what was written: of two writes the last to come stays, unless versions are
    // compared.
    bool overwrite(Key key, const Value& value);
    void evict(Key key, std::uint64_t version);
    // A message to another copy, which may be lost: then what is there stays, though it is old.
    void tell_old(CacheCopy& other, Key key, std::uint64_t version);

    void write_later(Key key, std::uint64_t version);
    std::vector<Unflushed> take_unflushed(std::size_t most);
    std::size_t unflushed() const { return unflushed_.size(); }
    std::uint64_t unflushed_writes() const;

    std::uint32_t index() const { return index_; }
    // When all it had was lost for the last time: the beginning of the run, if never.
    sim::Time emptied_at() const { return emptied_at_; }
    // Whether there are links between its callers and it.
    bool is_apart() const { return place() != kNowhere && cache_placement() == Placement::shared; }
    const Store& store() const { return store_; }
    sim::Cpu& cpu() { return cpu_; }
    Loads& loads() { return loads_; }
    Ejections& ejections() { return ejections_; }

private:
    struct Invalidation {
        Key key;
        std::uint64_t version;
    };

    // The last deletion or overwriting of a key.
    struct Mark {
        std::uint64_t version;
        sim::Time at;
    };

    Placement cache_placement() const;
    bool is_older(Key key, const Value& value) const;
    bool is_too_old(Key key, const Value& value) const;
    void store(Key key, const Value& value);
    bool remembers_changes() const;
    void mark(Key key, std::uint64_t version);
    sim::Time gone_at(sim::Time fresh_until) const;

    Cache& cache_;
    std::uint32_t index_;
    Store store_;
    sim::Time emptied_at_{};
    std::vector<Item> items_;  // by slot
    sim::Cpu cpu_;
    Loads loads_;
    Ejections ejections_;
    std::unordered_map<Key, Mark> marks_;  // as long as a load can take
    std::deque<std::pair<sim::Time, Key>> marked_;
    std::unordered_map<Key, std::size_t> unflushed_at_;  // where in the list
    std::deque<Unflushed> unflushed_;
    std::size_t flushed_ = 0;  // taken from the front of the list
    std::optional<Injection> injection_;
    UpState up_;
    SpeedState slow_;
    Mailbox<Invalidation> invalidations_;
    Sender tells_;
};

}  // namespace models
