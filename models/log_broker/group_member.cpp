#include "models/log_broker/group_member.h"

#include <algorithm>
#include <vector>

#include "models/blocks/ask.h"
#include "models/log_broker/consumer_group.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr sim::Duration kProcessLook =
    std::chrono::milliseconds(100);                                 // whether a process is there
constexpr sim::Duration kBackoff = std::chrono::milliseconds(100);  // retry.backoff.ms

}  // namespace

GroupMember::GroupMember(ConsumerGroup& group, Instance& process, Name name)
    : group_(group),
      process_(process),
      instance_(name.instance),
      peer_(group.kafka(), group.context().world.network, process.place(), std::move(name.name)),
      coordinator_(group.kafka().first_state(group.coordinator())),
      woken_(group.context().scheduler(), false) {}

// --- its life ---

void GroupMember::start() {
    is_leaving_ = false;
    if (!std::exchange(is_living_, true)) life_.run(live());
}

void GroupMember::leave() {
    is_leaving_ = true;
    woken_.pulse();
}

void GroupMember::dismiss() {
    life_.dismiss();
    work_.dismiss();
}

bool GroupMember::is_alive() const {
    return process_.is_up() && process_.times_down() == born_;
}

sim::Task<void> GroupMember::live() {
    sim::Scheduler& scheduler = group_.context().scheduler();
    while (!is_leaving_) {
        while (!process_.is_up()) co_await sim::sleep(scheduler, kProcessLook);
        born_ = process_.times_down();
        work_.run(beat());
        co_await read();
        die();
    }
    is_living_ = false;
}

void GroupMember::die() {
    work_.dismiss();
    peer_.reset();
    lose_membership();
    had_.clear();
    is_joining_ = is_assigned_ = false;
}

// A poll after the other.
sim::Task<void> GroupMember::read() {
    must_join_ = true;
    const bool is_cooperative = models::is_cooperative(group_.spec().assignor);
    committed_ = group_.context().now();
    while (is_alive() && !is_leaving_) {
        polled_ = group_.context().now();
        is_polling_ = true;
        if (must_join_ && !is_joining_) {
            if (is_cooperative && member_ != 0) {
                is_joining_ = true;
                work_.run(join_aside());
            } else {
                co_await let_go_of_all();
                co_await join();
            }
        }
        if (is_assigned_) co_await take_up();
        const bool is_due = group_.spec().commit == CommitWhen::interval &&
                            group_.context().now() - committed_ >= group_.spec().commit_interval;
        if (is_due) work_.run(commit_done());
        const bool has_records = co_await wait_for_records();
        if (!has_records) continue;
        polled_ = group_.context().now();
        is_polling_ = false;
        co_await handle_poll();
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
    for (auto& [partition, feed] : feeds_) {
        feed->is_gone = true;
        feed->drained.open();
    }
    feeds_.clear();
    ready_.clear();
    done_.clear();
    member_ = 0;
    must_join_ = true;
    woken_.pulse();
}

// --- the group ---

Owned GroupMember::owned() const {
    Owned owned;
    for (const auto& [partition, feed] : feeds_) owned.partitions.push_back(partition);
    if (feeds_.empty()) owned.partitions = had_;
    if (!owned.partitions.empty()) owned.generation = owned_since_;
    return owned;
}

sim::Task<void> GroupMember::let_go_of_all() {
    co_await commit_done();
    if (!feeds_.empty()) had_ = owned().partitions;
    for (auto& [partition, feed] : feeds_) {
        feed->is_gone = true;
        feed->drained.open();
    }
    feeds_.clear();
    ready_.clear();
    paused_ = group_.context().now();
}

// Stops the world of this member.
sim::Task<void> GroupMember::join() {
    is_joining_ = true;
    while (is_alive() && !is_leaving_) {
        const bool has_joined = co_await try_to_join();
        if (has_joined) break;
    }
    is_joining_ = false;
}

// It goes on reading what it has.
sim::Task<void> GroupMember::join_aside() {
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
    if (joined.leads_group) sync.assignments = group_.assign(joined.members);
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
    const auto is_mine = [this](PartitionId each) {
        return std::find(assignment_.begin(), assignment_.end(), each) != assignment_.end();
    };
    Offsets lost;
    bool has_revoked = false;
    for (auto feed = feeds_.begin(); feed != feeds_.end();) {
        if (is_mine(feed->first)) {
            ++feed;
            continue;
        }
        has_revoked = true;
        feed->second->is_gone = true;
        feed->second->drained.open();
        if (const auto done = done_.find(feed->first); done != done_.end()) {
            lost.insert(done_.extract(done));
        }
        ready_.erase(feed->first);
        feed = feeds_.erase(feed);
    }
    if (!lost.empty()) co_await commit(std::move(lost));
    Assignment added;
    for (const PartitionId each : assignment_) {
        if (!feeds_.contains(each)) added.push_back(each);
    }
    had_.clear();
    owned_since_ = generation_;
    co_await begin(std::move(added));
    if (has_revoked) must_join_ = true;
}

// Where the group has got to.
sim::Task<void> GroupMember::begin(Assignment added) {
    if (added.empty()) co_return;
    Question question;
    question.kind = Question::Kind::committed;
    question.who = member_;
    const BrokerAnswer answer =
        co_await ask_coordinator(std::move(question), group_.spec().request_timeout);
    if (!is_alive()) co_return;
    for (const PartitionId each : added) {
        auto feed = std::make_shared<Feed>(group_.context().scheduler(), each,
                                           group_.kafka().first_state(each));
        if (const auto at = answer.offsets.find(each); at != answer.offsets.end()) {
            feed->next = at->second;
        }
        feeds_.emplace(each, feed);
        work_.run(fetch(std::move(feed)));
    }
    if (paused_) group_.pause.add(group_.context().now() - *paused_);
    paused_.reset();
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
        co_await sim::sleep(group_.context().scheduler(), kBackoff);
        co_await find_leader(coordinator_, group_.coordinator());
        if (!is_alive()) co_return BrokerAnswer();
    }
}

// From one broker after the other.
sim::Task<void> GroupMember::find_leader(PartitionState& state, PartitionId partition) {
    const BrokerId asks = asks_next_++ % group_.kafka().spec().brokers;
    Question question;
    question.kind = Question::Kind::metadata;
    const BrokerAnswer answer =
        co_await peer_.ask(asks, std::move(question), group_.spec().request_timeout);
    if (answer.ok() && answer.partitions[partition].epoch >= state.epoch) {
        state = answer.partitions[partition];
    }
}

// --- records ---

// A fetch after the other, as soon as what the last one brought is taken.
sim::Task<void> GroupMember::fetch(std::shared_ptr<Feed> feed) {
    while (is_alive() && !feed->is_gone) {
        if (!feed->records.empty()) {
            feed->drained.close();
            co_await feed->drained.pass();
            continue;
        }
        bool must_look = feed->state.leader == kNoBroker;
        if (!must_look) {
            constexpr Offset kBeyond = std::numeric_limits<Offset>::max();
            Question question;
            question.kind = Question::Kind::fetch;
            question.partition = feed->partition;
            question.offset = feed->next.value_or(kBeyond);
            question.most_bytes = group_.spec().fetch_bytes.count;
            const BrokerAnswer answer = co_await peer_.ask(feed->state.leader, std::move(question),
                                                           group_.spec().request_timeout);
            if (!is_alive() || feed->is_gone) co_return;
            must_look =
                answer.error != BrokerError::none && answer.error != BrokerError::out_of_range;
            if (!must_look) take(*feed, answer);
        }
        if (must_look) {
            co_await sim::sleep(group_.context().scheduler(), kBackoff);
            co_await find_leader(feed->state, feed->partition);
        }
    }
}

void GroupMember::take(Feed& feed, const BrokerAnswer& answer) {
    if (answer.error == BrokerError::out_of_range) {
        const bool from_start = group_.spec().auto_offset_reset == OffsetReset::earliest;
        feed.next = from_start ? answer.offset : answer.high_watermark;
        return;
    }
    Offset offset = answer.offset;
    auto record = answer.records.begin();
    for (const Piece& piece : answer.pieces) {
        for (std::uint64_t each = 0; each < piece.count; ++each, ++record, ++offset) {
            feed.records.push_back({*record, piece.slot + each, offset});
        }
    }
    feed.next = offset;
    if (feed.records.empty()) return;
    ready_.insert(feed.partition);
    woken_.pulse();
}

// False when there is something else to do first.
sim::Task<bool> GroupMember::wait_for_records() {
    while (is_alive() && !is_leaving_) {
        if (is_assigned_ || (must_join_ && !is_joining_)) co_return false;
        if (!ready_.empty()) co_return true;
        const bool will_commit = group_.spec().commit == CommitWhen::interval && !done_.empty();
        if (!will_commit) {
            co_await woken_.pass();
            continue;
        }
        const sim::Duration left =
            committed_ + group_.spec().commit_interval - group_.context().now();
        if (left <= sim::Duration::zero()) co_return false;
        co_await woken_.pass_within(left);
    }
    co_return false;
}

// Of one partition after the other, the one after the last first.
sim::Task<void> GroupMember::handle_poll() {
    const ConsumerGroup::Spec& spec = group_.spec();
    std::vector<std::pair<PartitionId, Fetched>> poll;
    Offsets ends;
    while (!ready_.empty() && poll.size() < spec.max_poll_records) {
        const auto next = ready_.lower_bound(turn_);
        const PartitionId partition = next == ready_.end() ? *ready_.begin() : *next;
        Feed& feed = *feeds_.at(partition);
        while (!feed.records.empty() && poll.size() < spec.max_poll_records) {
            poll.emplace_back(partition, feed.records.front());
            ends[partition] = feed.records.front().offset + 1;
            feed.records.pop_front();
        }
        turn_ = partition;
        if (!feed.records.empty()) break;
        ready_.erase(partition);
        feed.drained.open();
        turn_ = partition + 1;
    }
    if (spec.commit == CommitWhen::before) co_await commit(ends);
    for (const auto& [partition, each] : poll) {
        co_await handle(partition, each);
        if (!is_alive()) co_return;
        if (spec.commit == CommitWhen::before) continue;
        if (member_ != 0) done_[partition] = each.offset + 1;
        if (spec.commit == CommitWhen::each) co_await commit_done();
        if (!is_alive()) co_return;
    }
    if (spec.commit == CommitWhen::after) co_await commit_done();
}

sim::Task<void> GroupMember::handle(PartitionId partition, const Fetched& each) {
    const ConsumerGroup::Spec& spec = group_.spec();
    Request request;
    request.identity = sim::request_key(group_.stream(), each.record.identity);
    request.operation = each.record.identity;
    request.key = each.record.key;
    request.user = each.record.user;
    request.bytes = each.record.bytes;
    request.endpoint = group_.handler_endpoint();
    request.caller = instance_;
    request.place = process_.place();
    double wait_s = sim::seconds(spec.retry_backoff);
    auto fate = ConsumerGroup::Fate::handled;
    for (std::uint32_t tries = 0;; ++tries) {
        const Response response = co_await ask(group_.context().world, process_,
                                               tries == 0 ? request : request.again(tries));
        if (!is_alive()) co_return;
        if (response.ok()) break;
        group_.failures.add();
        if (spec.retries && tries >= *spec.retries) {
            fate = ConsumerGroup::Fate::skipped;
            break;
        }
        co_await sim::sleep(group_.context().scheduler(), sim::from_seconds(wait_s));
        wait_s *= spec.backoff_multiplier;
        if (!is_alive()) co_return;
    }
    if (fate == ConsumerGroup::Fate::skipped && group_.dead_letter() != nullptr) {
        request.endpoint = 0;
        bool is_published = false;
        while (!is_published) {
            const Response response =
                co_await ask(group_.context().world, *group_.dead_letter(), request);
            if (!is_alive()) co_return;
            is_published = response.ok();
        }
        fate = ConsumerGroup::Fate::dead_lettered;
    }
    group_.settled(partition, each.slot, each.record, fate);
}

sim::Task<void> GroupMember::commit_done() {
    Offsets done = std::exchange(done_, {});
    co_await commit(std::move(done));
}

sim::Task<void> GroupMember::commit(Offsets offsets) {
    if (offsets.empty()) co_return;
    committed_ = group_.context().now();
    Question question;
    question.kind = Question::Kind::commit;
    question.who = member_;
    question.epoch = generation_;
    question.offsets = std::move(offsets);
    const BrokerAnswer answer =
        co_await ask_coordinator(std::move(question), group_.spec().request_timeout);
    if (!is_alive()) co_return;
    (answer.ok() ? group_.commits : group_.lost_commits).add();
}

}  // namespace models
