// Who of a pool's targets takes requests now, as one balancer sees it.
//
// Every mechanism has its own reason against a target: a failed check, an ejection, too many
// requests. The policy chooses from those that nobody has a reason against. When no primary is
// healthy the backups stand in; when too few are, and a panic threshold is set, health is
// disregarded and all primaries are used, since a few would only break under the load of all
// (Envoy's panic mode, load_balancer_impl.cc; the fail-open of AWS' balancers).
#pragma once

#include <string>
#include <vector>

#include "models/balancers/backends.h"

namespace models {

// What stands against a target.
enum class Reason : std::uint8_t {
    unhealthy = 1,  // active checks say so
    failing = 2,    // its answers say so
    ejected = 4,    // it stands out among the others
    leaving = 8,    // its node takes it away
    full = 16,      // it has as many requests as it may have
    tried = 32,     // this very request was there
};

constexpr std::uint8_t bit(Reason reason) {
    return static_cast<std::uint8_t>(reason);
}

class Targets {
public:
    struct Plan {
        const BalancerChoice& balancer;
        const std::vector<double>& weights;  // 1 for those beyond
        std::uint32_t backups = 0;           // the last so many
        double panic_threshold = 0;          // share of healthy ones below which health is ignored
        sim::Duration draining{};            // sessions and connections stay so long when it leaves
    };
    Targets(const Plan& plan, const Context& context);

    class Listener {
    public:
        virtual void returned(BackendId) = 0;  // nothing speaks against its health any more
        virtual void changed() = 0;            // other targets than before take requests

    protected:
        ~Listener() = default;
    };
    void listen(Listener& listener) { listener_ = &listener; }

    struct Name {
        std::string hashed;  // what policies place it by
        std::string shown;   // in reports
    };
    BackendId add(Instance& instance, Name name);
    // All that there will be at the start have been added: the last of them are the backups.
    void complete();

    void exclude(BackendId id, Reason reason);
    void include(BackendId id, Reason reason);
    bool has(BackendId id, Reason reason) const { return reasons_[id] & bit(reason); }
    bool healthy(BackendId id) const { return !(reasons_[id] & kHealth); }
    bool leaving(BackendId id) const { return has(id, Reason::leaving); }
    // Whether what belongs to this target, a session or a connection, may still go there.
    bool stays(BackendId id) const;

    std::size_t size() const { return reasons_.size(); }
    // Those that take requests, if only they have room.
    std::size_t serving() const { return serving_; }
    std::string_view name(BackendId id) const { return names_[id]; }
    double weight(BackendId id) const { return id < weights_.size() ? weights_[id] : 1; }
    Instance& instance(BackendId id) const { return *backends_.instances()[id]; }
    Backends& backends() { return backends_; }
    const Backends& backends() const { return backends_; }

    // Something worth telling; only the first few hundred are.
    void tell(BackendId id, std::string what, std::string why = {});

    std::uint64_t exclusions() const { return exclusions_; }
    std::uint64_t returns() const { return returns_; }
    std::uint64_t panics() const { return panics_; }

private:
    using Reasons = std::uint8_t;
    static constexpr Reasons kHealth =
        bit(Reason::unhealthy) | bit(Reason::failing) | bit(Reason::ejected);

    enum class Tier { primaries, backups, all };

    bool is_backup(BackendId id) const { return id >= first_backup_ && id < first_late_; }
    bool in_tier(BackendId id) const;  // health allows it
    Tier best_tier() const;
    void change(BackendId id, Reason reason, Reasons reasons);
    void count(BackendId id, int by);
    void apply(BackendId id);
    void settle(BackendId id);
    void turn(Tier tier);

    const Context context_;
    Backends backends_;
    std::vector<double> weights_;
    std::uint32_t backups_;
    double panic_threshold_;
    sim::Duration draining_;
    std::vector<Reasons> reasons_;  // by id
    std::vector<sim::Time> left_;   // by id: since when it has been leaving
    std::vector<std::string> names_;
    BackendId first_backup_ = ~BackendId{0};
    BackendId first_late_ = ~BackendId{0};  // who joins later is no backup
    Tier tier_ = Tier::primaries;
    // Of those that are not leaving.
    std::size_t primaries_ = 0;
    std::size_t healthy_primaries_ = 0;
    std::size_t healthy_backups_ = 0;
    std::size_t serving_ = 0;
    Listener* listener_ = nullptr;
    std::uint64_t exclusions_ = 0;
    std::uint64_t returns_ = 0;
    std::uint64_t panics_ = 0;
    std::uint32_t told_ = 0;
};

}  // namespace models
