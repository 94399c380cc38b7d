#include "models/log_broker/transactional_producer.h"

#include <utility>

#include "models/log_broker/kafka.h"
#include "sim/sleep.h"

namespace models {

namespace {

// Kafka's, of a producer that waits until its last transaction is over.
constexpr sim::Duration kConcurrentBackoff = std::chrono::milliseconds(20);

}  // namespace

TransactionalProducer::TransactionalProducer(Kafka& kafka, const Where& where,
                                             const Settings& settings)
    : kafka_(kafka),
      where_(where),
      settings_(settings),
      number_(kafka.add_transactional(*this)),
      partition_(kafka.coordinator_of(settings.transactional_id)),
      coordinator_(kafka.first_state(partition_)),
      producer_{kafka.number_a_producer(), 0},
      changed_(kafka.context().scheduler(), false) {}

void TransactionalProducer::reset() {
    ++life_;
    partitions_.clear();
    adding_.clear();
    has_failed_ = false;
    changed_.pulse();
}

// Again until it has answered, and nothing else is under way.
sim::Task<BrokerAnswer> TransactionalProducer::ask_coordinator(Question question,
                                                               std::uint64_t life) {
    question.partition = partition_;
    question.producer = producer_;
    while (goes_on(life)) {
        BrokerError error = BrokerError::not_leader;
        if (coordinator_.leader != kNoBroker) {
            BrokerAnswer answer =
                co_await where_.peer.ask(coordinator_.leader, question, settings_.request_timeout);
            error = answer.error;
            const bool is_there = error != BrokerError::not_leader &&
                                  error != BrokerError::refused && error != BrokerError::timed_out;
            if (is_there && error != BrokerError::concurrent) co_return answer;
        }
        const bool is_there = error == BrokerError::concurrent;
        co_await sim::sleep(kafka_.context().scheduler(),
                            is_there ? kConcurrentBackoff : kRetryBackoff);
        if (is_there || !goes_on(life)) continue;
        co_await where_.peer.find_leader(coordinator_, partition_, settings_.request_timeout);
    }
    BrokerAnswer gone;
    gone.error = BrokerError::refused;
    co_return gone;
}

sim::Task<void> TransactionalProducer::init() {
    reset();
    const std::uint64_t life = life_;
    Question question;
    question.kind = Question::Kind::init_producer_id;
    question.transaction_timeout = settings_.timeout;
    const BrokerAnswer answer = co_await ask_coordinator(std::move(question), life);
    if (goes_on(life) && answer.ok()) producer_.epoch = answer.producer_epoch;
}

sim::Task<bool> TransactionalProducer::add(PartitionId partition) {
    const std::uint64_t life = life_;
    while (goes_on(life) && adding_.contains(partition)) co_await changed_.pass();
    if (!goes_on(life) || has_failed_) co_return false;
    if (!partitions_.insert(partition).second) co_return true;
    adding_.insert(partition);
    Question question;
    question.kind = Question::Kind::add_partitions;
    question.owned.partitions = {partition};
    const BrokerAnswer answer = co_await ask_coordinator(std::move(question), life);
    if (!goes_on(life)) co_return false;
    adding_.erase(partition);
    if (!answer.ok()) fail();
    changed_.pulse();
    co_return answer.ok();
}

sim::Task<bool> TransactionalProducer::flush() {
    const std::uint64_t life = life_;
    for (std::size_t each = 0; each < clients_.size(); ++each) co_await clients_[each]->flush();
    co_return goes_on(life) && !has_failed_;
}

sim::Task<bool> TransactionalProducer::commit() {
    const std::uint64_t life = life_;
    const bool is_flushed = co_await flush();
    if (!is_flushed) {
        if (goes_on(life)) co_await abort();
        co_return false;
    }
    const bool is_committed = !is_open() || co_await end(Marker::commit);
    co_return is_committed;
}

// What is still on its way would be written after the end.
sim::Task<void> TransactionalProducer::abort() {
    const std::uint64_t life = life_;
    fail();
    co_await flush();
    if (!goes_on(life)) co_return;
    if (is_open()) co_await end(Marker::abort);
    if (goes_on(life)) has_failed_ = false;
}

sim::Task<bool> TransactionalProducer::end(Marker marker) {
    const std::uint64_t life = life_;
    Question question;
    question.kind = Question::Kind::end_transaction;
    question.marker = marker;
    const BrokerAnswer answer = co_await ask_coordinator(std::move(question), life);
    if (!goes_on(life)) co_return false;
    partitions_.clear();
    co_return answer.ok();
}

}  // namespace models
