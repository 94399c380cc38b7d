#include "models/log_broker/group_member.h"

#include <set>
#include <utility>
#include <vector>

#include "models/abilities.h"
#include "models/log_broker/consumer_group.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr sim::Duration kProcessLook = std::chrono::milliseconds(100);  // whether one is there

}  // namespace

GroupMember::GroupMember(ConsumerGroup& group, Instance& process, Name name)
    : group_(group),
      process_(process),
      instance_(name.instance),
      peer_(group.kafka(), group.context().world.network, process.place(), std::move(name.name)),
      coordinator_(group.kafka().first_state(group.coordinator())),
      woken_(group.context().scheduler(), false),
      incarnation_(process),
      fetcher_(group, incarnation_, peer_, woken_) {
    if (!group.spec().is_transactional()) return;
    transactional_.emplace(
        group.kafka(), TransactionalProducer::Where{process, incarnation_, peer_},
        TransactionalProducer::Settings{peer_.name(), group.spec().times_out_after(),
                                        group.spec().request_timeout});
}

// --- its life ---

void GroupMember::start() {
    is_leaving_ = false;
    if (!std::exchange(is_living_, true)) life_.run(live());
}

void GroupMember::leave() {
    is_leaving_ = true;
    woken_.pulse();
}

void GroupMember::end() {
    auto* const process = dynamic_cast<Endable*>(&process_);
    if (process != nullptr && is_living_ && !std::exchange(is_holding_, true)) process->hold();
    leave();
}

void GroupMember::resume() {
    is_paused_ = false;
    woken_.pulse();
}

void GroupMember::dismiss() {
    life_.dismiss();
    work_.dismiss();
    fetcher_.dismiss();
}

sim::Task<void> GroupMember::live() {
    sim::Scheduler& scheduler = group_.context().scheduler();
    while (!is_leaving_) {
        if (!process_.is_up()) {
            co_await sim::sleep(scheduler, kProcessLook);
            continue;
        }
        incarnation_.begin();
        known_ = group_.existing();
        work_.run(beat());
        if (group_.grows()) work_.run(look_for_partitions());
        co_await read();
        die();
    }
    is_living_ = false;
    if (std::exchange(is_holding_, false)) dynamic_cast<Endable&>(process_).let_go();
}

void GroupMember::die() {
    at_work_.end(group_.context().now());
    work_.dismiss();
    fetcher_.dismiss();
    peer_.reset();
    if (transactional_) transactional_->reset();
    tried_.clear();
    lose_membership();
    had_.clear();
    is_joining_ = is_assigned_ = leads_group_ = false;
}

// A poll after the other.
sim::Task<void> GroupMember::read() {
    if (transactional_) co_await transactional_->init();
    must_join_ = true;
    const bool is_cooperative = models::is_cooperative(group_.spec().assignor);
    committed_ = group_.context().now();
    while (is_alive() && !is_leaving_) {
        polled_ = group_.context().now();
        is_polling_ = true;
        if (must_join_ && !is_joining_) {
            if (is_cooperative && member_ != 0) {
                work_.run(join());  // it goes on reading what it has
            } else {
                co_await let_go_of_all();
                co_await join();
            }
        }
        if (is_assigned_) co_await take_up();
        const bool is_due = group_.spec().commit == CommitWhen::interval &&
                            group_.context().now() - committed_ >= group_.spec().commit_interval;
        if (is_due && transactional_) co_await commit_done();
        if (is_due && !transactional_) work_.run(commit_done());
        const bool has_records = co_await wait_for_records();
        if (!has_records) continue;
        polled_ = group_.context().now();
        is_polling_ = false;
        co_await handle_poll();
        at_work_.end(group_.context().now());
    }
    if (!is_alive()) co_return;
    co_await let_go_of_all();
    if (member_ == 0 || !is_alive()) co_return;
    Question bye;
    bye.kind = Question::Kind::leave_group;
    bye.who = member_;
    co_await ask_coordinator(std::move(bye), group_.spec().request_timeout);
}

void GroupMember::lose_membership() {
    fetcher_.end_all();
    forget_done();
    if (transactional_ && transactional_->is_open()) transactional_->fail();
    member_ = 0;
    must_join_ = true;
    woken_.pulse();
}

// --- the group ---

Owned GroupMember::owned() const {
    Owned owned;
    owned.partitions = fetcher_.is_empty() ? had_ : fetcher_.partitions();
    if (!owned.partitions.empty()) owned.generation = owned_since_;
    owned.topics = group_.topics_of(instance_);
    return owned;
}

sim::Task<void> GroupMember::let_go_of_all() {
    co_await commit_done();
    if (!fetcher_.is_empty()) had_ = fetcher_.partitions();
    fetcher_.end_all();
    paused_ = group_.context().now();
}

// Again until it has.
sim::Task<void> GroupMember::join() {
    is_joining_ = true;
    while (is_alive() && !is_leaving_) {
        const bool has_joined = co_await try_to_join();
        if (has_joined) break;
    }
    is_joining_ = false;
    woken_.pulse();
}

sim::Task<bool> GroupMember::try_to_join() {
    const ConsumerGroup::Spec& spec = group_.spec();
    Question join;
    join.kind = Question::Kind::join_group;
    join.who = member_;
    join.owned = owned();
    const BrokerAnswer joined =
        co_await ask_coordinator(std::move(join), spec.max_poll_interval + spec.request_timeout);
    if (!is_alive()) co_return false;
    if (joined.error == BrokerError::unknown_member) lose_membership();
    if (!joined.ok()) co_return false;
    member_ = joined.member;
    generation_ = joined.epoch;
    Question sync;
    sync.kind = Question::Kind::sync_group;
    sync.who = member_;
    sync.epoch = generation_;
    leads_group_ = joined.leads_group;
    if (leads_group_) {
        sync.assignments = group_.assign(joined.members, known_);
        shared_out_ = known_;
    }
    const BrokerAnswer synced = co_await ask_coordinator(std::move(sync), spec.request_timeout);
    if (!is_alive()) co_return false;
    if (synced.error == BrokerError::unknown_member) lose_membership();
    if (!synced.ok()) co_return false;
    assignment_ = synced.assignment;
    must_join_ = false;
    is_assigned_ = true;
    co_return true;
}

// What it reads no more is committed and let go of; then others may have it, so it joins again.
sim::Task<void> GroupMember::take_up() {
    is_assigned_ = false;
    if (transactional_) co_await commit_done();
    const std::size_t had = fetcher_.partitions().size();
    Offsets lost = revoke();
    const bool has_revoked = fetcher_.partitions().size() < had;
    if (!lost.empty()) co_await commit(std::move(lost));
    Assignment added;
    for (const PartitionId each : assignment_) {
        if (!fetcher_.has(each)) added.push_back(each);
    }
    had_.clear();
    owned_since_ = generation_;
    co_await begin(std::move(added));
    if (has_revoked) must_join_ = true;
}

// Of what it reads no more: how far it had got.
Offsets GroupMember::revoke() {
    const std::set<PartitionId> mine(assignment_.begin(), assignment_.end());
    Offsets lost;
    for (const PartitionId each : fetcher_.partitions()) {
        if (mine.contains(each)) continue;
        fetcher_.end(each);
        if (const auto done = done_.find(each); done != done_.end()) {
            lost.insert(done_.extract(done));
            newest_done_ = nullptr;
        }
    }
    return lost;
}

// Where the group has got to.
sim::Task<void> GroupMember::begin(Assignment added) {
    if (added.empty()) co_return;
    const Offsets offsets = co_await committed_of(added);
    if (!is_alive()) co_return;
    for (const PartitionId each : added) {
        const auto at = offsets.find(each);
        fetcher_.begin(each, at == offsets.end() ? std::nullopt : std::optional(at->second));
    }
    if (paused_) group_.pause.add(group_.context().now() - *paused_);
    paused_.reset();
}

// In a group of transactions, again until none is about to change them.
sim::Task<Offsets> GroupMember::committed_of(Assignment partitions) {
    for (;;) {
        Question question;
        question.kind = Question::Kind::committed;
        question.who = member_;
        if (transactional_) question.owned.partitions = partitions;
        BrokerAnswer answer =
            co_await ask_coordinator(std::move(question), group_.spec().request_timeout);
        if (!is_alive() || answer.error != BrokerError::concurrent) {
            co_return std::move(answer.offsets);
        }
        co_await sim::sleep(group_.context().scheduler(), kRetryBackoff);
    }
}

sim::Task<void> GroupMember::beat() {
    const ConsumerGroup::Spec& spec = group_.spec();
    for (;;) {
        co_await sim::sleep(group_.context().scheduler(), spec.heartbeat_interval);
        if (!is_alive()) {
            woken_.pulse();
            co_return;
        }
        if (member_ == 0 || is_joining_) continue;
        const bool is_late =
            !is_polling_ && group_.context().now() - polled_ > spec.max_poll_interval;
        Question question;
        question.kind = is_late ? Question::Kind::leave_group : Question::Kind::heartbeat;
        question.who = member_;
        question.epoch = generation_;
        if (is_late) {
            group_.left_late.add();
            lose_membership();
        }
        const BrokerAnswer answer =
            co_await ask_coordinator(std::move(question), spec.request_timeout);
        if (is_late || is_joining_ || member_ == 0) continue;
        if (answer.error == BrokerError::unknown_member) lose_membership();
        const bool is_old =
            answer.error == BrokerError::rebalancing || answer.error == BrokerError::old_generation;
        if (is_old) {
            must_join_ = true;
            woken_.pulse();
        }
    }
}

// Again until it has answered.
sim::Task<BrokerAnswer> GroupMember::ask_coordinator(Question question, sim::Duration timeout) {
    question.partition = group_.coordinator();
    for (;;) {
        BrokerError error = BrokerError::not_leader;
        if (coordinator_.leader != kNoBroker) {
            BrokerAnswer answer = co_await peer_.ask(coordinator_.leader, question, timeout);
            error = answer.error;
            const bool is_there = error != BrokerError::not_leader &&
                                  error != BrokerError::refused && error != BrokerError::timed_out;
            if (is_there || !is_alive()) co_return answer;
        }
        co_await sim::sleep(group_.context().scheduler(), kRetryBackoff);
        co_await peer_.find_leader(coordinator_, group_.coordinator(),
                                   group_.spec().request_timeout);
        if (!is_alive()) co_return BrokerAnswer();
    }
}

}  // namespace models
