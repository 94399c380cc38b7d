#include "models/lock_service/lock_service.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "models/network/crossing.h"
#include "models/registry.h"
#include "models/used.h"

namespace models {

LockService::Called::Called(LockService& service, Operation operation)
    : service_(service), visit_(service.context_), asking_(service, operation) {
    visit_.link(&asking_);
    asking_.link(visit_.inside(), nullptr);
}

LockService::LockService(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      places_(context),
      way_draws_(context.stream("there and back")),
      tallies_(context),
      acquire_(*this, &LockMember::acquire),
      release_(*this, &LockMember::release) {
    context.world.transactions.expect_leases();
    for (Voter number = 0; number < spec.members; ++number) {
        members_.push_back(std::make_unique<LockMember>(*this, number));
        instances_.push_back(members_.back().get());
    }
    context.meter.resource("thread", [this](sim::Time, sim::Uses& uses) {
        for (const auto& each : members_) uses.push_back(each->cpu().use());
    });
    context.meter.only_resource("locks", contention_);
}

LockService::~LockService() = default;

void LockService::connect() {
    if (!spec_.discover_via) return;
    Registry& registry = *context_.world.directory.node(spec_.discover_via->node).registry();
    for (const auto& each : members_) each->find_others(registry);
    without_leader_since_ = sim::Time{};
}

void LockService::know_each_other() {
    if (peers_known_ == nullptr) return;
    std::size_t fewest = members_.size() - 1;
    for (const auto& each : members_) {
        if (each->is_up()) fewest = std::min(fewest, each->others_known());
    }
    peers_known_->set(context_.now(), static_cast<double>(fewest));
    if (!all_found()) {
        if (incomplete_since_ == sim::kForever) incomplete_since_ = context_.now();
    } else if (const sim::Time since = std::exchange(incomplete_since_, sim::kForever);
               since != sim::kForever) {
        longest_search_ = std::max(longest_search_, context_.now() - since);
    }
}

// Each that is up knows each other that is.
bool LockService::all_found() const {
    return std::ranges::all_of(members_, [this](const auto& one) {
        return !one->is_up() || std::ranges::all_of(members_, [&](const auto& other) {
            return !other->is_up() || one->knows(*other);
        });
    });
}

void LockService::start() {
    if (spec_.discover_via) {
        peers_known_ = &context_.meter.timeline("peers_known", "");
        know_each_other();
    }
    for (const auto& each : members_) each->start();
}

void LockService::keep_alive(const Holder& holder) {
    has_keepers_ = true;
    auto& keeping = keepers_[holder.token];
    keeping = std::make_unique<Keeping>(*this, holder);
    keeping->work.run(keeping->keeper.renew());
}

LeaseKeeper* LockService::keeper(FencingToken token) {
    const auto found = keepers_.find(token);
    return found == keepers_.end() ? nullptr : &found->second->keeper;
}

void LockService::renewed() {
    renewed_ += context_.now() >= context_.world.recorder.measured_from();
}

void LockService::try_next_member(std::uint32_t caller) {
    Voter& believed = believed_leader_[caller];
    believed = (believed + 1) % spec_.members;
}

void LockService::dismiss() {
    keepers_.clear();
    for (const auto& each : members_) each->dismiss();
}

// Whom an instance that calls takes for the leader. It is the next one when this ends without an
// answer, as its caller gave up waiting. (Instances of one number, of whatever node, know the
// same.)
class LockService::Asked {
public:
    Asked(LockService& service, std::uint32_t caller)
        : members_(service.spec_.members), believed_(service.believed_leader_[caller]) {}
    Asked(const Asked&) = delete;
    Asked& operator=(const Asked&) = delete;
    ~Asked() {
        if (!is_answered_) next();
    }

    Voter member() const { return believed_; }
    void next() { believed_ = (believed_ + 1) % members_; }
    void answered(std::optional<Voter> leader) {
        is_answered_ = true;
        if (leader) believed_ = *leader;
    }

private:
    std::uint32_t members_;
    Voter& believed_;
    bool is_answered_ = false;
};

// The leader, as far as the caller knows; the next one when that is down, does not answer, or knows
// no leader itself. One that does tells who it is.
Reply LockService::ask_members(Operation operation, Request request) {
    Asked asked(*this, request.caller);
    Response response;
    for (std::size_t step = 0; step < members_.size(); ++step) {
        LockMember& asks = member(asked.member());
        response = co_await ask_member(asks, operation, request);
        if (response.ok()) {
            asked.answered(asks.raft().leader());
            co_return response;
        }
        asked.next();
    }
    asked.answered({});
    co_return response;
}

// There and back.
sim::Task<Response> LockService::ask_member(LockMember& member, Operation operation,
                                            Request request) {
    const bool has_way = context_.world.network != nullptr && request.place != kNowhere;
    if (!has_way) co_return co_await (member.*operation)(request);
    const std::uint64_t key = sim::request_key(way_draws_, request.identity);
    const Response lost{Outcome::timed_out, Cause::none};
    const sim::Time left = context_.now();
    if (!co_await cross(context_.world, {request.place, member.place(), request.bytes, key})) {
        co_return lost;
    }
    context_.meter.spent(Spent::network, context_.now() - left);
    const Response response = co_await (member.*operation)(request);
    const sim::Time answered = context_.now();
    if (!co_await cross(context_.world, {member.place(), request.place, 0, key, true})) {
        co_return lost;
    }
    context_.meter.spent(Spent::network, context_.now() - answered);
    co_return response;
}

bool LockService::is_first_to_apply(std::uint64_t index) {
    if (index <= applied_) return false;
    applied_ = index;
    return true;
}

void LockService::led_by(LockMember& member) {
    leader_ = &member;
    const sim::Time since = std::exchange(without_leader_since_, sim::kForever);
    if (member.raft().term() == 1 && !spec_.discover_via) return;
    tallies_.elections.add();
    context_.world.recorder.incident(member.name(), "elected",
                                     fmt::format("leads in term {}, by more than half of {}",
                                                 member.raft().term(), members_.size()));
    if (since == sim::kForever) return;
    const sim::Time from = std::max(since, context_.world.recorder.measured_from());
    if (context_.now() > from) without_leader_ += context_.now() - from;
}

void LockService::led_no_more(LockMember& member) {
    if (leader_ != &member) return;
    leader_ = nullptr;
    without_leader_since_ = context_.now();
}

void LockService::finish() {
    sim::NodeRecord& record = context_.meter.record();
    record.instances = static_cast<double>(members_.size());
    use_instances(context_, spec_.price, record.instances);
    for (const auto& each : members_) {
        record.machines.push_back({each->name(), each->requests, std::nullopt});
    }
    if (without_leader_since_ != sim::kForever) {
        const sim::Time from =
            std::max(without_leader_since_, context_.world.recorder.measured_from());
        without_leader_ += context_.now() - from;
    }
    if (spec_.discover_via) {
        if (incomplete_since_ != sim::kForever) {
            longest_search_ = std::max(longest_search_, context_.now() - incomplete_since_);
        }
        record.measures.push_back({"discovery_time", "s", sim::seconds(longest_search_)});
    }
    record.measures.push_back({"without_leader", "s", sim::seconds(without_leader_)});
    if (has_keepers_) record.measures.push_back({"renewals", "", static_cast<double>(renewed_)});
}

}  // namespace models
