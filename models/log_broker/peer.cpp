#include "models/log_broker/peer.h"

#include <utility>
#include <vector>

#include "models/log_broker/kafka.h"

namespace models {

Peer::Asking::Asking(Peer& peer, BrokerId broker, Question question, sim::Duration timeout)
    : peer_(peer),
      broker_(broker),
      number_(++peer.asked_),
      question_(std::make_shared<Question>(std::move(question))),
      timeout_(timeout),
      timer_(peer.kafka_.context().scheduler()) {}

void Peer::Asking::await_suspend(sim::Wake caller) {
    wake_ = caller;
    peer_.asking_.emplace(number_, this);
    if (timeout_ < kNoTimeout) timer_.start(timeout_, static_cast<sim::Event&>(*this));
    const auto bytes = static_cast<std::uint32_t>(question_->bytes());
    peer_.way_to(broker_).send({&peer_, number_, std::move(question_)}, bytes);
}

BrokerAnswer Peer::Asking::await_resume() {
    return std::move(*answer_);
}

void Peer::Asking::fire() {
    timer_.fired();
    BrokerAnswer late;
    late.error = BrokerError::timed_out;
    told(std::make_shared<BrokerAnswer>(std::move(late)));
}

void Peer::Asking::told(std::shared_ptr<BrokerAnswer> answer) {
    timer_.stop();
    peer_.asking_.erase(number_);
    answer_ = std::move(answer);
    std::exchange(wake_, {})();
}

Peer::Peer(Kafka& kafka, Links* links, PlaceId place, std::string name)
    : kafka_(kafka),
      links_(links),
      name_(std::move(name)),
      number_(kafka.number_a_peer()),
      inbox_(kafka.context().world, place) {
    inbox_.handle([this](const BrokerTold& told) { take(told); });
}

sim::Task<bool> Peer::find_leader(PartitionState& state, PartitionId partition,
                                  sim::Duration timeout) {
    const BrokerId asks = asks_next_++ % kafka_.spec().brokers;
    Question question;
    question.kind = Question::Kind::metadata;
    const BrokerAnswer answer = co_await ask(asks, std::move(question), timeout);
    const bool is_news = answer.ok() && answer.partitions[partition].epoch >= state.epoch;
    if (is_news) state = answer.partitions[partition];
    co_return is_news;
}

sim::Task<std::optional<std::vector<PartitionId>>> Peer::find_existing(
    std::vector<PartitionId> partitions, sim::Duration timeout) {
    const BrokerId asks = asks_next_++ % kafka_.spec().brokers;
    Question question;
    question.kind = Question::Kind::metadata;
    const BrokerAnswer answer = co_await ask(asks, std::move(question), timeout);
    if (!answer.ok()) co_return std::nullopt;
    std::erase_if(partitions,
                  [&](PartitionId each) { return answer.partitions[each].version == 0; });
    co_return std::move(partitions);
}

void Peer::tell(BrokerId broker, Question question) {
    const auto bytes = static_cast<std::uint32_t>(question.bytes());
    way_to(broker).send({this, 0, std::make_shared<Question>(std::move(question))}, bytes);
}

Channel<Asked>& Peer::way_to(BrokerId broker) {
    auto& way = ways_[broker];
    if (way == nullptr) {
        way = std::make_unique<Channel<Asked>>(kafka_.context(), links_, inbox_.place(),
                                               kafka_.broker(broker).inbox(),
                                               name_ + " asks " + std::to_string(broker));
    }
    if (way->is_broken()) way->reconnect();
    return *way;
}

// Without an answer: the connection is gone, and who is told is the number.
void Peer::take(const BrokerTold& told) {
    if (told.answer == nullptr) return was_reset_by(static_cast<BrokerId>(told.number));
    const auto found = asking_.find(told.number);
    if (found != asking_.end()) found->second->told(told.answer);
}

void Peer::was_reset_by(BrokerId broker) {
    ++resets_[broker];
    if (const auto way = ways_.find(broker); way != ways_.end()) way->second->reconnect();
    std::vector<std::uint64_t> numbers;
    for (const auto& [number, asking] : asking_) {
        if (asking->broker_ == broker) numbers.push_back(number);
    }
    for (const std::uint64_t number : numbers) {
        const auto found = asking_.find(number);
        if (found == asking_.end()) continue;
        BrokerAnswer refused;
        refused.error = BrokerError::refused;
        found->second->told(std::make_shared<BrokerAnswer>(std::move(refused)));
    }
}

void Peer::reset() {
    for (auto& [broker, way] : ways_) way->reconnect();
}

}  // namespace models
