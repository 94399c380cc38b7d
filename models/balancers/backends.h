// The machinery around a balancer: who there is, who of them takes requests, and how many each has.
//
//     Backends backends(choice, context);
//     const BackendId first = backends.add(instance, {.weight = 3});   // takes requests at once
//     backends.disable(first);                      // until enable(first): no new ones are placed
//     if (backends.empty()) ...                     // nobody to choose from: take() needs one
//     const Backends::Taken taken = backends.take(request);   // or take_at(id), past the policy
//     ... backends.instance(taken.id).enter(call) ...
//     backends.give_back(taken, &call.response);    // null: the request was given up
//
// How a pool uses it. Whether a backend is servable (health, ejection, draining, panic) is the
// pool's to decide, from as many reasons as it likes; it calls enable() and disable() when the
// sum of them turns, and all of them together cost one rebuilding, at the next take(). Slow start
// is set_weight(). A request that must go to one backend (a sticky session that drains, say) is
// take_at(). Several balancers in front of the same instances are several Backends, each with its
// own counts. A balancer that sees its loads late: show_loads_live(false), then show_load()
// whenever news arrive; the real counts go on in active().
#pragma once

#include <cassert>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/balancers/affinity.h"
#include "models/balancers/balancers.h"
#include "models/context.h"
#include "models/node.h"

namespace models {

using BackendId = std::uint32_t;

class Backends final : public Membership {
public:
    Backends(const BalancerChoice& choice, const Context& context)
        : Backends(Balancers::build(choice, context), context) {}
    Backends(std::unique_ptr<Balancer> balancer, const Context& context);

    struct About {
        double weight = 1;
        std::uint32_t limit = Candidate::kUnlimited;
        std::optional<std::uint16_t> zone{};  // the instance's own unless given
        std::string name{};                   // "0", "1", ... by its id when there is none
    };
    BackendId add(Instance& instance, About about);
    BackendId add(Instance& instance) { return add(instance, {}); }

    // Whether it is in the configuration at all; who is not takes no requests. Its number is not
    // given to another.
    void configure(BackendId id, bool configured);
    void remove(BackendId id) { configure(id, false); }

    void enable(BackendId id) { set_servable(id, true); }
    void disable(BackendId id) { set_servable(id, false); }
    bool servable(BackendId id) const {
        return members_[id].servable && !members_[id].candidate.is_full;
    }
    bool empty() const { return servable_ == 0; }
    std::size_t servable_count() const { return servable_; }

    void set_weight(BackendId id, double weight);
    // It has as many requests as it may have, or room again.
    void set_full(BackendId id, bool is_full);

    // Who leaves is not configured any more, until it joins again.
    void joined(Instance& instance) override;
    void leaving(Instance& instance) override;

    // All that were added, by id.
    std::span<Instance* const> instances() const { return instances_; }
    Instance& instance(BackendId id) const { return *instances_[id]; }
    std::optional<BackendId> find(const Instance& instance);
    std::uint32_t active(BackendId id) const { return members_[id].active; }
    std::uint64_t requests(BackendId id) const { return members_[id].requests; }

    void show_loads_live(bool live) {
        live_ = live;
        stale_ = true;
    }
    void show_load(BackendId id, std::uint32_t active);

    // Counts of requests start anew.
    void begin_measuring();
    // Who got how many, and which keys moved.
    void report(sim::NodeRecord& record) const;
    void report_keys(sim::NodeRecord& record) const {
        if (wants_.keys) affinity_.report(record);
    }

    // Whether its balancer learns from answers: from when they were asked for, and beside how many.
    bool wants_answers() const { return wants_.answers; }

    // One request in flight at the backend that was picked for it, until it is given back.
    struct Taken {
        sim::Time began;
        BackendId id;
        std::uint32_t found;  // requests that were there already
    };
    Taken take(const Request& request) { return take_at(pick(request)); }
    Taken take_at(BackendId id) {
        Member& member = members_[id];
        const Taken taken{scheduler_.now(), id, member.active};
        ++member.requests;
        ++member.active;
        if (live_) show(member);
        return taken;
    }
    // With the answer; without one the request counts as given up.
    void give_back(const Taken& taken, const Response* response) {
        Member& member = members_[taken.id];
        --member.active;
        if (live_) show(member);
        if (wants_.answers) [[unlikely]]
            tell_answer(taken, response);
    }

    // The same for a coroutine: given up unless it was answered.
    class Placed {
    public:
        Placed(Backends& backends, const Taken& taken) : backends_(backends), taken_(taken) {}
        Placed(const Placed&) = delete;
        Placed& operator=(const Placed&) = delete;
        ~Placed() { backends_.give_back(taken_, response_ ? &*response_ : nullptr); }

        Instance& instance() const { return backends_.instance(taken_.id); }
        void answered(const Response& response) { response_ = response; }

    private:
        Backends& backends_;
        Taken taken_;
        std::optional<Response> response_;
    };
    Placed place_at(BackendId id) { return {*this, take_at(id)}; }

    // What the policy says, without taking anything.
    BackendId pick(const Request& request) {
        if (stale_) [[unlikely]]
            refresh();
        assert(!candidates_.empty());
        std::size_t index = balancer_->pick(candidates_, request);
        assert(index < candidates_.size());
        if (candidates_[index].is_full) [[unlikely]]
            index = pick_with_room(index, request);
        if (wants_.keys) [[unlikely]]
            affinity_.placed(balancer_->key(request), candidates_[index].id);
        return candidates_[index].id;
    }

private:
    static constexpr std::uint32_t kNowhere = ~std::uint32_t{0};

    struct Member {
        std::uint32_t active = 0;
        std::uint32_t index = kNowhere;  // among the candidates, unless these are stale
        std::uint64_t requests = 0;
        bool servable = true;
        bool configured = true;
        Candidate candidate;
    };

    void show(const Member& member) {
        if (stale_ || member.index == kNowhere) return;
        candidates_[member.index].active = member.active;
        if (wants_.loads) [[unlikely]]
            balancer_->loaded(candidates_, member.index);
    }

    void set_servable(BackendId id, bool servable);
    bool is_gone(const Member& member) const {
        return member.candidate.is_full && wants_.when_full == Balancer::WhenFull::gone;
    }
    bool serves(const Member& member) const { return member.servable && !is_gone(member); }
    void refresh();
    std::size_t pick_with_room(std::size_t first, const Request& request);
    void tell_answer(const Taken& taken, const Response* response);

    std::unique_ptr<Balancer> balancer_;
    const sim::Scheduler& scheduler_;
    Balancer::Wants wants_;
    bool live_ = true;
    bool stale_ = true;  // candidates_ is not what it should be
    std::size_t servable_ = 0;
    std::vector<Member> members_;  // by id
    std::vector<Instance*> instances_;
    std::unordered_map<const Instance*, BackendId> ids_;
    std::size_t findable_ = 0;  // so many of them are in ids_
    std::deque<std::string> names_;
    std::vector<Candidate> candidates_;
    std::vector<Candidate> configured_;
    Affinity affinity_;  // with wants_.keys
};

}  // namespace models
