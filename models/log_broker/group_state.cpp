#include "models/log_broker/group_state.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "models/log_broker/replica.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr sim::Duration kSessionTick = std::chrono::milliseconds(500);
constexpr std::uint32_t kCommitBytes = 64;  // of a record of offsets, and 16 for each

BrokerAnswer answer_with(BrokerError error) {
    BrokerAnswer answer;
    answer.error = error;
    return answer;
}

}  // namespace

GroupState::GroupState(const Context& context, const Settings& settings)
    : context_(context),
      settings_(settings),
      rebalances_(context, "rebalances"),
      expired_(context, "sessions_expired"),
      rebalance_time_(context, "rebalance_time"),
      changed_(context.scheduler(), false) {}

sim::Task<BrokerAnswer> GroupState::answer(std::shared_ptr<Question> question,
                                           Replica& coordinator) {
    if (!coordinator.leads()) co_return coordinator.no_leader();
    const bool writes = question->kind == Question::Kind::commit ||
                        question->kind == Question::Kind::txn_offset_commit;
    if (writes) co_return co_await commit(std::move(question), coordinator);
    co_return co_await answer(std::move(question));
}

sim::Task<BrokerAnswer> GroupState::answer(std::shared_ptr<Question> question) {
    switch (question->kind) {
        case Question::Kind::join_group:
            co_return co_await join(std::move(question));
        case Question::Kind::sync_group:
            co_return co_await sync(std::move(question));
        case Question::Kind::leave_group:
            remove(question->who);
            co_return BrokerAnswer();
        case Question::Kind::committed:
            co_return committed_of(*question);
        default:
            co_return heartbeat(*question);
    }
}

void GroupState::led_by(Replica&) {
    for (auto& [id, member] : members_) member.heard = context_.now();
    if (!std::exchange(is_watched_, true)) work_.run(watch_sessions());
}

// Whoever asks anything is heard of.
BrokerError GroupState::check(const Question& question) {
    const auto found = members_.find(question.who);
    if (found == members_.end()) return BrokerError::unknown_member;
    found->second.heard = context_.now();
    return question.epoch == generation_ ? BrokerError::none : BrokerError::old_generation;
}

// --- a rebalance ---

sim::Task<BrokerAnswer> GroupState::join(std::shared_ptr<Question> question) {
    MemberId id = question->who;
    if (id != 0 && !members_.contains(id)) co_return answer_with(BrokerError::unknown_member);
    if (id == 0) id = next_++;
    if (phase_ != Phase::joining) begin_rebalance();
    Member& member = members_[id];
    newest_ = member.heard = context_.now();
    member.has_joined = true;
    member.owned = question->owned;
    const std::uint64_t round = round_;
    if (!waits_for_first_ && has_everybody()) end_joining();
    while (round == round_ && phase_ == Phase::joining) co_await changed_.pass();
    if (!members_.contains(id)) co_return answer_with(BrokerError::unknown_member);
    if (phase_ == Phase::joining) co_return answer_with(BrokerError::rebalancing);
    BrokerAnswer answer;
    answer.member = id;
    answer.epoch = generation_;
    answer.leads_group = id == leader_;
    if (answer.leads_group) {
        for (const auto& [each, known] : members_) answer.members.emplace(each, known.owned);
    }
    co_return answer;
}

void GroupState::begin_rebalance() {
    if (phase_ == Phase::empty || phase_ == Phase::stable) began_ = context_.now();
    phase_ = Phase::joining;
    ++round_;
    for (auto& [id, member] : members_) member.has_joined = false;
    waits_for_first_ = members_.empty();
    work_.run(waits_for_first_ ? wait_for_first_members(round_) : wait_for_members(round_));
    changed_.pulse();
}

// An empty group waits for more, as long as some come.
sim::Task<void> GroupState::wait_for_first_members(std::uint64_t round) {
    newest_ = began_;
    const sim::Time latest = began_ + settings_.rebalance_timeout;
    for (;;) {
        const sim::Time until = std::min(newest_ + settings_.initial_delay, latest);
        if (until <= context_.now()) break;
        co_await sim::sleep(context_.scheduler(), until - context_.now());
        if (round != round_ || phase_ != Phase::joining) co_return;
        if (newest_ + settings_.initial_delay <= context_.now()) break;
    }
    if (round == round_ && phase_ == Phase::joining) end_joining();
}

sim::Task<void> GroupState::wait_for_members(std::uint64_t round) {
    co_await sim::sleep(context_.scheduler(), settings_.rebalance_timeout);
    if (round == round_ && phase_ == Phase::joining) end_joining();
}

bool GroupState::has_everybody() const {
    return std::all_of(members_.begin(), members_.end(),
                       [](const auto& each) { return each.second.has_joined; });
}

// Whoever has not come back is no member any more.
void GroupState::end_joining() {
    std::erase_if(members_, [](const auto& each) { return !each.second.has_joined; });
    ++generation_;
    phase_ = members_.empty() ? Phase::empty : Phase::syncing;
    if (!members_.contains(leader_)) leader_ = members_.empty() ? 0 : members_.begin()->first;
    for (auto& [id, member] : members_) member.heard = context_.now();
    changed_.pulse();
}

sim::Task<BrokerAnswer> GroupState::sync(std::shared_ptr<Question> question) {
    const BrokerError error = check(*question);
    if (error != BrokerError::none) co_return answer_with(error);
    if (question->who == leader_ && phase_ == Phase::syncing) {
        for (auto& [id, member] : members_) {
            const auto share = question->assignments.find(id);
            member.assignment = share == question->assignments.end() ? Assignment() : share->second;
        }
        phase_ = Phase::stable;
        rebalances_.add();
        rebalance_time_.add(context_.now() - began_);
        changed_.pulse();
    }
    const Epoch generation = generation_;
    while (phase_ == Phase::syncing && generation == generation_) co_await changed_.pass();
    if (!members_.contains(question->who)) co_return answer_with(BrokerError::unknown_member);
    const bool is_over = phase_ == Phase::stable && generation == generation_;
    if (!is_over) co_return answer_with(BrokerError::rebalancing);
    BrokerAnswer answer;
    answer.assignment = members_.at(question->who).assignment;
    co_return answer;
}

// --- members ---

BrokerAnswer GroupState::heartbeat(const Question& question) {
    const BrokerError error = check(question);
    if (error != BrokerError::none) return answer_with(error);
    return answer_with(phase_ == Phase::joining ? BrokerError::rebalancing : BrokerError::none);
}

void GroupState::remove(MemberId member) {
    if (members_.erase(member) == 0) return;
    if (phase_ != Phase::joining) begin_rebalance();
    const bool is_whole = members_.empty() || !waits_for_first_;
    if (is_whole && has_everybody()) end_joining();
}

// Who waits in a join is there.
sim::Task<void> GroupState::watch_sessions() {
    for (;;) {
        co_await sim::sleep(context_.scheduler(), kSessionTick);
        std::vector<MemberId> missed;
        for (const auto& [id, member] : members_) {
            const bool waits = phase_ == Phase::joining && member.has_joined;
            const bool is_late = context_.now() - member.heard > settings_.session_timeout;
            if (!waits && is_late) missed.push_back(id);
        }
        for (const MemberId each : missed) {
            expired_.add();
            remove(each);
        }
    }
}

// --- offsets ---

sim::Task<BrokerAnswer> GroupState::commit(std::shared_ptr<Question> question,
                                           Replica& coordinator) {
    const bool is_by_hand = question->who == 0 && members_.empty();
    const BrokerError error = is_by_hand ? BrokerError::none : check(*question);
    if (error != BrokerError::none) co_return answer_with(error);
    Record record;
    record.created = context_.now();
    record.bytes = kCommitBytes + 16 * static_cast<std::uint32_t>(question->offsets.size());
    record.producer = question->producer.producer;
    record.epoch = question->producer.epoch;
    record.is_transactional = question->kind == Question::Kind::txn_offset_commit;
    if (coordinator.is_fenced(record)) co_return answer_with(BrokerError::fenced);
    if (record.is_transactional) {
        for (const auto& [each, offset] : question->offsets) {
            pending_[record.producer][each] = offset;
        }
    } else {
        written_.emplace(coordinator.next_slot(), question->offsets);
    }
    const bool is_committed = co_await coordinator.write(record);
    co_return answer_with(is_committed ? BrokerError::none : BrokerError::not_leader);
}

void GroupState::committed(StoreSlot slot, const Record& record) {
    Offsets now;
    if (record.marker != Marker::none) {
        const auto found = pending_.extract(record.producer);
        if (!found.empty() && record.marker == Marker::commit) now = std::move(found.mapped());
    } else if (const auto found = written_.find(slot); found != written_.end()) {
        now = std::move(found->second);
        written_.erase(found);
    }
    for (const auto& [partition, offset] : now) offsets_[partition] = offset;
}

// Who asks for the offsets of certain partitions waits for transactions that are about to change
// them (Kafka improvement proposal 447).
BrokerAnswer GroupState::committed_of(const Question& question) const {
    for (const auto& [producer, offsets] : pending_) {
        for (const PartitionId each : question.owned.partitions) {
            if (offsets.contains(each)) return answer_with(BrokerError::concurrent);
        }
    }
    BrokerAnswer answer;
    answer.offsets = offsets_;
    return answer;
}

}  // namespace models
