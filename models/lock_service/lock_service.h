// A lock service: locks under leases with fencing tokens, on a log that a majority has.
//
//     LockService    the node: which member a client asks, and the figures
//     LockMember     one machine of it
//     LockTable      who holds which lock, as the log says
//     LockStep       how a server's endpoint takes one (steps/lock.h)
//
// A lease keeps a lock from being held for ever by who has died. It cannot keep who was paused for
// longer from believing that he holds it still: so each lease has a token that is greater than
// those before it, and a store that compares them refuses what comes too late (data/fencing.h;
// Kleppmann, "How to do distributed locking", 2016; Burrows, "The Chubby lock service", 2006,
// section 2.4 has the sequencers).
//
// A holder may renew it (lease_keeper.h). The leader takes note of that by itself, not in the log,
// as etcd's does: a new leader gives every lease its whole time again.
//
// Not modelled: clients that look at their own clock; clocks that run at different rates; shared
// locks; watches.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/blocks/ask.h"
#include "models/blocks/measure.h"
#include "models/calls/tally.h"
#include "models/lock_service/lease_keeper.h"
#include "models/lock_service/lock_member.h"
#include "models/lock_service/lock_service_spec.h"
#include "models/lockable.h"
#include "models/locks/contention.h"
#include "models/node.h"
#include "models/replication/member_places.h"
#include "sim/task_group.h"

namespace models {

class LockService final : public Node, public Lockable {
public:
    using Spec = LockServiceSpec;

    LockService(const Spec& spec, const Context& context);
    ~LockService() override;

    void connect() override;
    void start() override;
    void finish() override;
    void dismiss() override;
    Service* service() override { return &acquire_; }
    Lockable* locks() override { return this; }
    std::span<Instance* const> instances() override { return instances_; }

    Service& acquire() override { return acquire_; }
    Service& release() override { return release_; }
    void keep_alive(const Holder& holder) override;
    void stop(FencingToken token) override { keepers_.erase(token); }

    // What holders who renew their leases need of it.
    LockMember& believed_leader(std::uint32_t caller) { return member(believed_leader_[caller]); }
    void try_next_member(std::uint32_t caller);

    // What its members need of it. Null: he has stopped.
    LeaseKeeper* keeper(FencingToken token);
    void renewed();
    struct Tallies {
        explicit Tallies(const Context& context)
            : leases(context, "leases"),
              expired(context, "expired_leases"),
              late_releases(context, "late_releases"),
              elections(context, "elections") {}
        Tally leases, expired, late_releases, elections;
    };
    Tallies& tallies() { return tallies_; }
    Contention& contention() { return contention_; }
    // Whoever applies an entry first counts it.
    bool is_first_to_apply(std::uint64_t index);
    void led_by(LockMember& member);
    void led_no_more(LockMember& member);
    // How many others each knows may have changed.
    void know_each_other();
    LockMember& member(Voter number) { return *members_[number]; }
    MemberPlaces& places() { return places_; }
    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }

private:
    using Operation = Reply (LockMember::*)(Request);

    // One of its two calls, measured.
    class Called final : public Service {
    public:
        Called(LockService& service, Operation operation);
        Go enter(Call&) override { return visit_.enter(); }
        Reply call(Request request) override {
            co_return co_await ask(service_.context_.world, *this, request);
        }

    private:
        class Asking final : public Await {
        public:
            Asking(LockService& service, Operation operation)
                : service_(service), operation_(operation) {}
            Reply story(Call& call) override {
                return service_.ask_members(operation_, call.request);
            }

        private:
            LockService& service_;
            Operation operation_;
        };

        LockService& service_;
        MeasuredVisit visit_;
        Asking asking_;
    };

    class Asked;

    Reply ask_members(Operation operation, Request request);
    sim::Task<Response> ask_member(LockMember& member, Operation operation, Request request);

    Spec spec_;
    Context context_;
    MemberPlaces places_;
    std::uint64_t way_draws_;
    Tallies tallies_;
    Contention contention_{context_.scheduler()};
    Called acquire_;
    Called release_;
    std::vector<std::unique_ptr<LockMember>> members_;
    std::vector<Instance*> instances_;
    struct Keeping {
        explicit Keeping(LockService& service, const Holder& holder) : keeper(service, holder) {}
        LeaseKeeper keeper;
        sim::TaskGroup work;
    };
    std::map<FencingToken, std::unique_ptr<Keeping>> keepers_;
    bool has_keepers_ = false;
    std::uint64_t renewed_ = 0;
    std::uint64_t applied_ = 0;
    std::unordered_map<std::uint32_t, Voter> believed_leader_;  // by caller; at first the first
    bool all_found() const;

    sim::Timeline* peers_known_ = nullptr;
    sim::Time incomplete_since_ = sim::kForever;
    sim::Duration longest_search_{};
    const LockMember* leader_ = nullptr;
    sim::Time without_leader_since_ = sim::kForever;
    sim::Duration without_leader_{};
};

}  // namespace models
