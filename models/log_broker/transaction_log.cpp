#include "models/log_broker/transaction_log.h"

#include <utility>
#include <vector>

#include "models/log_broker/broker.h"
#include "models/log_broker/kafka.h"
#include "models/log_broker/replica.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr sim::Duration kTimeoutTick = std::chrono::seconds(10);
constexpr sim::Duration kMarkerTimeout = std::chrono::seconds(30);  // request.timeout.ms
constexpr std::uint32_t kStateBytes = 100;  // of a record, and 16 for each partition

BrokerAnswer refusal(BrokerError error) {
    BrokerAnswer answer;
    answer.error = error;
    return answer;
}

}  // namespace

sim::Task<BrokerAnswer> TransactionLog::answer(std::shared_ptr<Question> question,
                                               Replica& coordinator) {
    if (!coordinator.leads()) co_return coordinator.no_leader();
    switch (question->kind) {
        case Question::Kind::init_producer_id:
            co_return co_await init(std::move(question));
        case Question::Kind::add_partitions:
            co_return co_await add(std::move(question));
        default:
            co_return co_await end(std::move(question));
    }
}

// What the last coordinator had decided is carried through.
void TransactionLog::led_by(Replica& coordinator) {
    coordinator_ = &coordinator;
    for (const auto& [producer, state] : states_) {
        if (is_prepared(state)) complete(producer);
    }
    work_.run(watch_timeouts());
}

void TransactionLog::led_no_more() {
    work_.dismiss();
    changing_.clear();
    unmarked_.clear();
}

BrokerError TransactionLog::check(const Question& question) const {
    const auto found = states_.find(question.producer.producer);
    const bool is_current =
        found != states_.end() && found->second.epoch == question.producer.epoch;
    if (!is_current) return BrokerError::fenced;
    const bool is_changing = changing_.contains(question.producer.producer);
    return is_changing || is_prepared(found->second) ? BrokerError::concurrent : BrokerError::none;
}

// --- what producers ask ---

sim::Task<BrokerAnswer> TransactionLog::init(std::shared_ptr<Question> question) {
    const std::uint32_t producer = question->producer.producer;
    const auto found = states_.find(producer);
    State next = found == states_.end() ? State() : found->second;
    if (changing_.contains(producer) || is_prepared(next)) {
        co_return refusal(BrokerError::concurrent);
    }
    if (next.phase == Phase::ongoing) {
        const bool is_aborted = co_await abort(producer);
        co_return is_aborted ? refusal(BrokerError::concurrent) : coordinator_->no_leader();
    }
    next.phase = Phase::empty;
    ++next.epoch;
    next.timeout = question->transaction_timeout;
    const std::uint16_t epoch = next.epoch;
    const bool is_written = co_await write(producer, std::move(next));
    if (!is_written) co_return coordinator_->no_leader();
    BrokerAnswer answer;
    answer.producer_epoch = epoch;
    co_return answer;
}

sim::Task<BrokerAnswer> TransactionLog::add(std::shared_ptr<Question> question) {
    const BrokerError error = check(*question);
    if (error != BrokerError::none) co_return refusal(error);
    const std::uint32_t producer = question->producer.producer;
    State next = states_.at(producer);
    if (next.phase != Phase::ongoing) {
        next.phase = Phase::ongoing;
        next.began = kafka_.context().now();
        next.partitions.clear();
    }
    const std::size_t known = next.partitions.size();
    next.partitions.insert(question->owned.partitions.begin(), question->owned.partitions.end());
    if (next.partitions.size() == known) co_return BrokerAnswer();
    const bool is_written = co_await write(producer, std::move(next));
    co_return is_written ? BrokerAnswer() : coordinator_->no_leader();
}

// Whoever asks again, as the answer was lost, is answered as before.
sim::Task<BrokerAnswer> TransactionLog::end(std::shared_ptr<Question> question) {
    const bool commits = question->marker == Marker::commit;
    const std::uint32_t producer = question->producer.producer;
    const BrokerError error = check(*question);
    if (error == BrokerError::fenced) co_return refusal(error);
    State next = states_.at(producer);
    const bool is_decided =
        next.phase == (commits ? Phase::prepare_commit : Phase::prepare_abort) ||
        next.phase == (commits ? Phase::complete_commit : Phase::complete_abort);
    if (is_decided) co_return BrokerAnswer();
    if (error != BrokerError::none) co_return refusal(error);
    if (next.phase != Phase::ongoing) co_return refusal(BrokerError::not_ongoing);
    next.phase = commits ? Phase::prepare_commit : Phase::prepare_abort;
    const bool is_written = co_await write(producer, std::move(next));
    co_return is_written ? BrokerAnswer() : coordinator_->no_leader();
}

// --- the log ---

sim::Task<bool> TransactionLog::write(std::uint32_t producer, State state) {
    Record record;
    record.created = kafka_.context().now();
    record.bytes = kStateBytes + 16 * static_cast<std::uint32_t>(state.partitions.size());
    changing_.insert(producer);
    written_.emplace(coordinator_->next_slot(), Change{producer, std::move(state)});
    const bool is_committed = co_await coordinator_->write(record);
    if (is_committed) changing_.erase(producer);
    co_return is_committed;
}

void TransactionLog::committed(StoreSlot slot, const Record&) {
    const auto found = written_.find(slot);
    if (found == written_.end()) return;
    const Change change = std::move(found->second);
    written_.erase(found);
    State& state = states_[change.producer];
    const bool is_news = is_prepared(change.state) && !is_prepared(state);
    state = change.state;
    changing_.erase(change.producer);
    if (is_news) complete(change.producer);
}

// --- its end ---

// By the coordinator: the producer learns of it as it is fenced.
sim::Task<bool> TransactionLog::abort(std::uint32_t producer) {
    State next = states_.at(producer);
    next.phase = Phase::prepare_abort;
    ++next.epoch;
    return write(producer, std::move(next));
}

void TransactionLog::complete(std::uint32_t producer) {
    const State& state = states_.at(producer);
    const Marker marker = state.phase == Phase::prepare_commit ? Marker::commit : Marker::abort;
    unmarked_[producer] = state.partitions.size();
    const std::vector<PartitionId> partitions(state.partitions.begin(), state.partitions.end());
    const ProducerEpoch of{producer, state.epoch};
    for (const PartitionId each : partitions) work_.run(mark(each, of, marker));
}

sim::Task<void> TransactionLog::mark(PartitionId partition, ProducerEpoch producer, Marker marker) {
    Broker& broker = coordinator_->broker();
    for (;;) {
        const BrokerId leader = broker.known(partition).leader;
        if (leader != kNoBroker) {
            Question question;
            question.kind = Question::Kind::write_marker;
            question.partition = partition;
            question.producer = producer;
            question.marker = marker;
            const BrokerAnswer answer =
                co_await broker.peer().ask(leader, std::move(question), kMarkerTimeout);
            if (answer.ok()) break;
        }
        co_await sim::sleep(kafka_.context().scheduler(), kRetryBackoff);
    }
    if (--unmarked_[producer.producer] > 0) co_return;
    State next = states_.at(producer.producer);
    next.partitions.clear();
    next.phase = marker == Marker::commit ? Phase::complete_commit : Phase::complete_abort;
    const bool is_written = co_await write(producer.producer, std::move(next));
    if (is_written) kafka_.ended_transaction(marker);
}

sim::Task<void> TransactionLog::watch_timeouts() {
    for (;;) {
        co_await sim::sleep(kafka_.context().scheduler(), kTimeoutTick);
        const sim::Time now = kafka_.context().now();
        std::vector<std::uint32_t> late;
        for (const auto& [producer, state] : states_) {
            const bool is_late = state.phase == Phase::ongoing && now - state.began > state.timeout;
            if (is_late && !changing_.contains(producer)) late.push_back(producer);
        }
        for (const std::uint32_t each : late) {
            kafka_.timed_out_transaction();
            work_.run(abort(each));
        }
    }
}

}  // namespace models
