// What a member does with records: it has them handled, and commits how far it got.
#include <utility>
#include <vector>

#include "models/blocks/ask.h"
#include "models/log_broker/consumer_group.h"
#include "models/log_broker/group_member.h"
#include "models/processes/messages.h"
#include "sim/sleep.h"

namespace models {

// False when there is something else to do first.
sim::Task<bool> GroupMember::wait_for_records() {
    while (is_alive() && !is_leaving_) {
        if (is_assigned_ || (must_join_ && !is_joining_)) co_return false;
        if (fetcher_.has_records() && !is_paused_) co_return true;
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

sim::Task<void> GroupMember::handle_poll() {
    const ConsumerGroup::Spec& spec = group_.spec();
    const std::vector<Fetcher::Fetched> poll = fetcher_.take_turns(spec.max_poll_records);
    at_work_.begin(group_.context().now(), poll.size());
    if (spec.commit == CommitWhen::before) {
        Offsets ends;
        for (const Fetcher::Fetched& each : poll) ends[each.partition] = each.offset + 1;
        co_await commit(std::move(ends));
    }
    for (auto each = poll.begin(); each != poll.end(); ++each) {
        const bool is_data = !pass_over(*each);
        const bool is_settled = !is_data || co_await handle(*each);
        if (!is_alive() || std::exchange(has_rewound_, false)) co_return;
        if (!is_settled) {
            fetcher_.put_back({each, poll.end()});
            break;
        }
        if (spec.commit == CommitWhen::before) continue;
        if (member_ != 0) note_done(each->partition, each->offset + 1);
        if (spec.commit == CommitWhen::each && is_data) co_await commit_done();
        if (!is_alive() || std::exchange(has_rewound_, false)) co_return;
    }
    if (spec.commit == CommitWhen::after) co_await commit_done();
    has_rewound_ = false;
}

// A record after the other is of the same partition.
void GroupMember::note_done(PartitionId partition, Offset next) {
    if (newest_done_ == nullptr || newest_done_->first != partition) {
        newest_done_ = &*done_.try_emplace(partition).first;
    }
    newest_done_->second = next;
}

Offsets GroupMember::forget_done() {
    newest_done_ = nullptr;
    return std::exchange(done_, {});
}

// What ends a transaction, and what was in one that was aborted.
bool GroupMember::pass_over(const Fetcher::Fetched& each) {
    if (each.record.marker != Marker::none) return true;
    if (!each.record.is_aborted || !group_.spec().reads_committed()) return false;
    group_.settled(each.partition, each.slot, each.record, Fate::aborted);
    return true;
}

// False: the member is paused, leaves, is dead or has gone back, and nothing has become of the
// record.
sim::Task<bool> GroupMember::handle(const Fetcher::Fetched& each) {
    const ConsumerGroup::Spec& spec = group_.spec();
    const Request request = request_of(each.record);
    std::uint32_t tries = tries_of(each);
    double wait_s = sim::seconds(spec.retry_backoff);
    for (std::uint32_t before = 0; before < tries; ++before) wait_s *= spec.backoff_multiplier;
    auto fate = Fate::handled;
    for (;; ++tries) {
        if (spec.retries && tries > *spec.retries) {
            fate = Fate::skipped;
            break;
        }
        if (!may_handle()) co_return false;
        const sim::Time began = group_.context().now();
        group_.calls_handler();
        const Response response = co_await ask(group_.context().world, process_,
                                               tries == 0 ? request : request.again(tries));
        tell_breaker(began, response);
        if (!is_alive()) co_return false;
        if (response.ok()) break;
        group_.failures.add();
        if (!spec.retries || tries < *spec.retries) {
            co_await sim::sleep(group_.context().scheduler(), sim::from_seconds(wait_s));
            wait_s *= spec.backoff_multiplier;
        }
        if (!is_alive()) co_return false;
        if (!transactional_) continue;
        tried_[{each.partition, each.offset}] = tries + 1;
        co_await go_back();
        co_return false;
    }
    if (fate == Fate::skipped && group_.dead_letter() != nullptr) {
        co_await give_up(request);
        if (!is_alive()) co_return false;
        fate = Fate::dead_lettered;
    }
    group_.settled(each.partition, each.slot, each.record, fate);
    co_return true;
}

// What an attempt published that failed is aborted, so the record comes again.
std::uint32_t GroupMember::tries_of(const Fetcher::Fetched& each) const {
    const auto found = tried_.find({each.partition, each.offset});
    return found == tried_.end() ? 0 : found->second;
}

// Who leaves hands back what it has not begun.
bool GroupMember::may_handle() {
    if (is_leaving_) return false;
    GroupBreaker* const breaker = group_.breaker();
    if (breaker == nullptr || breaker->try_acquire()) return true;
    is_paused_ = true;
    return false;
}

void GroupMember::tell_breaker(sim::Time began, const Response& response) {
    GroupBreaker* const breaker = group_.breaker();
    if (breaker != nullptr) breaker->record(group_.context().now() - began, !response.ok());
}

// To the dead letter topic: again until it is there.
sim::Task<void> GroupMember::give_up(Request request) {
    request.endpoint = 0;
    bool is_published = false;
    while (!is_published && is_alive()) {
        const Response response =
            co_await ask(group_.context().world, *group_.dead_letter(), request);
        is_published = response.ok();
    }
}

Request GroupMember::request_of(const Record& record) const {
    Request request = request_for({process_, instance_, group_.handler_endpoint(), group_.stream()},
                                  {record.identity, record.key, record.user, record.bytes});
    if (transactional_) request.within = transactional_->number();
    return request;
}

sim::Task<void> GroupMember::commit_done() {
    Offsets done = forget_done();
    if (transactional_) {
        co_await commit_transaction(std::move(done));
    } else {
        co_await commit(std::move(done));
    }
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

// Offsets and what was published, at once (Kafka improvement proposals 98 and 447). With no offsets
// it has lost its membership or its partitions: what it published counts for nothing.
sim::Task<void> GroupMember::commit_transaction(Offsets offsets) {
    if (offsets.empty()) {
        if (transactional_->is_open()) co_await go_back();
        co_return;
    }
    committed_ = group_.context().now();
    bool is_committed = co_await transactional_->flush();
    if (is_committed) is_committed = co_await transactional_->add(group_.coordinator());
    if (is_committed) {
        Question question;
        question.kind = Question::Kind::txn_offset_commit;
        question.who = member_;
        question.epoch = generation_;
        question.offsets = offsets;
        question.producer = transactional_->producer();
        const BrokerAnswer answer =
            co_await ask_coordinator(std::move(question), group_.spec().request_timeout);
        is_committed = answer.ok();
    }
    if (is_committed) is_committed = co_await transactional_->commit();
    if (!is_alive()) co_return;
    (is_committed ? group_.commits : group_.lost_commits).add();
    if (!is_committed) {
        co_await go_back();
        co_return;
    }
    std::erase_if(tried_, [&](const auto& each) {
        const auto [partition, offset] = each.first;
        const auto found = offsets.find(partition);
        return found != offsets.end() && offset < found->second;
    });
}

// To what is committed, as if what came after it had not been handled.
sim::Task<void> GroupMember::go_back() {
    has_rewound_ = true;
    forget_done();
    co_await transactional_->abort();
    if (!is_alive()) co_return;
    co_await transactional_->init();
    if (!is_alive()) co_return;
    Assignment all = fetcher_.partitions();
    fetcher_.end_all();
    forget_done();
    co_await begin(std::move(all));
}

}  // namespace models
