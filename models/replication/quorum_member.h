// One machine of a quorum store: what it has, and what it keeps for others.
#pragma once

#include <algorithm>
#include <map>
#include <unordered_map>

#include "models/databases/engine.h"
#include "models/node.h"
#include "models/replication/quorum.h"

namespace models {

class QuorumMember final : public Instance,
                           public Crashable,
                           public Slowable,
                           public Partitionable,
                           public Injectable {
public:
    using Key = Ledger::Key;

    QuorumMember(Quorum& store, std::uint32_t index)
        : store_(store),
          index_(index),
          engine_(store.spec(), store.context(), {}),
          queries_(store.context().world, engine_.first()) {}

    // Any machine coordinates.
    Go enter(Call& call) override { return store_.enter(call); }
    Reply call(Request request) override { return store_.call(request); }
    bool is_up() const override { return engine_.is_up(); }
    std::uint32_t times_down() const override { return engine_.times_down(); }
    sim::Duration backlog() const override { return engine_.backlog(); }
    void take_down() override { engine_.take_down(); }
    void bring_up() override {
        if (engine_.bring_up()) store_.back(*this);
    }
    void cut_off() override { ++cuts_; }
    void reconnect() override {
        if (--cuts_ == 0) store_.back(*this);
    }
    void slow_down(double factor) override { engine_.slow_down(factor); }
    void speed_up(double factor) override { engine_.speed_up(factor); }
    Injection* injection() override { return engine_.injection(); }

    bool is_reached() const { return is_up() && cuts_ == 0; }
    std::uint32_t index() const { return index_; }
    Engine& engine() { return engine_; }
    // What its engine is asked.
    Service& queries() { return queries_; }

    std::uint64_t version_of(Key key) const {
        const auto found = versions_.find(key);
        return found == versions_.end() ? 0 : found->second;
    }
    // The last writer wins.
    void store(Key key, std::uint64_t version) {
        std::uint64_t& known = versions_[key];
        known = std::max(known, version);
    }
    const std::unordered_map<Key, std::uint64_t>& versions() const { return versions_; }

    // What it keeps for the machine of that number, in the order of keys.
    std::map<Key, std::uint64_t>& hints_for(std::uint32_t owner) { return hints_[owner]; }

    std::uint64_t requests = 0;

private:
    Quorum& store_;
    std::uint32_t index_;
    Engine engine_;
    BlockService queries_;
    std::unordered_map<Key, std::uint64_t> versions_;
    std::map<std::uint32_t, std::map<Key, std::uint64_t>> hints_;
    std::uint32_t cuts_ = 0;
};

}  // namespace models
