#include "models/log_broker/producer.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "models/abilities.h"
#include "models/hashes/kafka_partition.h"
#include "models/in_flight_guard.h"
#include "models/log_broker/kafka.h"
#include "models/log_broker/transactional_producer.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr sim::Duration kShortestWait = std::chrono::milliseconds(1);
constexpr Response kNoRoom{Outcome::rejected, cause::queue_full};
constexpr Response kGivenUp{Outcome::failed, cause::unavailable};
constexpr Response kDied{Outcome::failed, cause::reset};

}  // namespace

ProducerClient::ProducerClient(const Where& where)
    : where_(where),
      peer_(where.kafka, where.kafka.context().world.network, where.caller.place,
            where.caller.name),
      stream_(where.kafka.context().stream(where.caller.name)),
      room_(where.kafka.context().scheduler(), false) {
    for (const PartitionId each : where.partitions) {
        lanes_.push_back(
            std::make_unique<Lane>(where.kafka.context().scheduler(), where.spec.max_in_flight));
        lanes_.back()->state = where.kafka.first_state(each);
        if (where.kafka.partition(each).exists) ++known_;
    }
}

// --- where a record goes ---

std::size_t ProducerClient::lane_of(const Request& request) {
    if (key_of_records() == RecordKey::none) return sticky_lane();
    const std::uint64_t key = key_of_records() == RecordKey::item ? request.key : request.user;
    const std::string text = std::to_string(key + where_.kafka.context().world.scatter);
    return kafka_partition(text, static_cast<std::uint32_t>(known_));
}

// The one whose batch is open, while that has a leader, or else another than before; one that has a
// leader where there are such (BuiltInPartitioner.nextPartition).
std::size_t ProducerClient::sticky_lane() {
    const Lane& lane = *lanes_[sticky_];
    if (lane.open != nullptr && lane.state.leader != kNoBroker) return sticky_;
    sim::Draws draws(sim::request_key(stream_, picks_++));
    const std::size_t others = known_ - (picks_ > 1 && known_ > 1 ? 1 : 0);
    const auto one_of = [&](std::size_t count) {
        return static_cast<std::size_t>(draws.uniform() * static_cast<double>(count));
    };
    const std::size_t pick = one_of(others);
    const bool skips = others < known_ && pick >= sticky_;
    const std::size_t before = std::exchange(sticky_, pick + (skips ? 1 : 0));
    if (lanes_[sticky_]->state.leader != kNoBroker) return sticky_;
    std::vector<std::size_t> led;
    for (std::size_t each = 0; each < known_; ++each) {
        const bool is_another = each != before || known_ == 1;
        if (is_another && lanes_[each]->state.leader != kNoBroker) led.push_back(each);
    }
    if (led.empty() && lanes_[before]->state.leader != kNoBroker) led.push_back(before);
    if (!led.empty()) sticky_ = led[one_of(led.size())];
    return sticky_;
}

bool ProducerClient::has_room_for(std::uint64_t bytes) const {
    return buffered_ == 0 || buffered_ + bytes <= where_.spec.buffer_memory.count;
}

sim::Task<bool> ProducerClient::wait_for_room(std::uint64_t bytes) {
    sim::Scheduler& scheduler = where_.kafka.context().scheduler();
    const sim::Time until = scheduler.now() + where_.spec.max_block;
    while (!has_room_for(bytes)) {
        const sim::Duration left = until - scheduler.now();
        if (left <= sim::Duration::zero()) co_return false;
        if (!co_await room_.pass_within(left)) co_return false;
    }
    co_return true;
}

sim::Task<Response> ProducerClient::publish(Request request) {
    const std::uint64_t plain = where_.spec.record_size.count;
    if (!has_room_for(plain)) {
        if (!co_await wait_for_room(plain)) co_return kNoRoom;
    }
    buffered_ += plain;
    const std::size_t number = lane_of(request);
    Lane& lane = *lanes_[number];
    Record record;
    record.identity = request.operation_id();
    record.key = key_of_records() == RecordKey::user ? request.user : request.key;
    record.has_key = key_of_records() != RecordKey::none;
    record.created = where_.kafka.context().now();
    record.user = request.user;
    record.bytes = std::max(
        1u, static_cast<std::uint32_t>(static_cast<double>(plain) / where_.spec.compression));
    const std::shared_ptr<Sending> sending = put(lane, number, record);
    if (where_.spec.fire_and_forget) co_return Response{};
    if (!sending->done.is_open()) co_await sending->done.pass();
    co_return sending->result;
}

// What waits for more records waits no longer.
sim::Task<void> ProducerClient::flush() {
    for (const auto& lane : lanes_) {
        if (lane->open != nullptr) lane->open->full.open();
    }
    while (buffered_ > 0) co_await room_.pass();
}

// Into the open batch, or a new one when that has no room.
std::shared_ptr<ProducerClient::Sending> ProducerClient::put(Lane& lane, std::size_t number,
                                                             const Record& record) {
    sim::Scheduler& scheduler = where_.kafka.context().scheduler();
    const std::uint64_t most = where_.spec.batch_size.count;
    if (lane.open != nullptr && lane.open->batch->bytes + record.bytes > most) {
        lane.open->full.open();
        lane.open = nullptr;
    }
    const bool is_new = lane.open == nullptr;
    if (is_new) {
        lane.open = std::make_shared<Sending>(scheduler, where_.caller.process);
        lane.open->began = scheduler.now();
        lane.open->order = lane.begun++;
    }
    std::shared_ptr<Sending> open = lane.open;
    open->batch->records.push_back(record);
    open->batch->bytes += record.bytes;
    open->plain_bytes += where_.spec.record_size.count;
    if (open->batch->bytes >= most) open->full.open();
    if (open->waits_for != kNoBroker) where_.kafka.broker(open->waits_for).wait_behind(1);
    if (is_new) sending_.run(send(open, number));
    return open;
}

// --- a batch ---

sim::Task<void> ProducerClient::send(std::shared_ptr<Sending> sending, std::size_t number) {
    Lane& lane = *lanes_[number];
    if (where_.spec.linger > sim::Duration::zero() && !sending->full.is_open()) {
        co_await sending->full.pass_within(where_.spec.linger);
    }
    wait_behind(*sending, lane);
    const sim::Permit place = co_await lane.in_flight.take();
    wait_no_more(*sending);
    close(*sending, lane);
    lane.unanswered.emplace(sending->order, sending.get());
    if (where_.spec.compression_time > sim::Duration::zero()) {
        if (auto* const hosted = dynamic_cast<Hosted*>(where_.caller.process)) {
            const double mebibytes = static_cast<double>(sending->plain_bytes) / (1U << 20U);
            co_await hosted->cores().work(
                sim::from_seconds(sim::seconds(where_.spec.compression_time) * mebibytes));
        }
    }
    const bool may_be_sent = co_await is_in_transaction(*sending, where_.partitions[number]);
    if (may_be_sent) {
        sending->result = co_await deliver(*sending, lane, where_.partitions[number]);
    } else {
        sending->result = give_up(*sending);
    }
    lane.unanswered.erase(sending->order);
    buffered_ -= sending->plain_bytes;
    room_.pulse();
    sending->done.open();
}

// Its records, and those that join them meanwhile, wait for the broker as those before them do.
void ProducerClient::wait_behind(Sending& sending, const Lane& lane) {
    if (!lane.in_flight.full() || lane.state.leader == kNoBroker) return;
    sending.waits_for = lane.state.leader;
    where_.kafka.broker(sending.waits_for)
        .wait_behind(static_cast<std::int64_t>(sending.batch->records.size()));
}

void ProducerClient::wait_no_more(Sending& sending) {
    if (sending.waits_for == kNoBroker) return;
    where_.kafka.broker(std::exchange(sending.waits_for, kNoBroker))
        .wait_behind(-static_cast<std::int64_t>(sending.batch->records.size()));
}

void ProducerClient::close(Sending& sending, Lane& lane) {
    if (lane.open.get() == &sending) lane.open = nullptr;
    if (where_.transactional != nullptr) {
        number_in_transaction(sending, lane);
    } else if (where_.spec.idempotence) {
        number(sending, lane);
    }
}

// All partitions have the producer's number; what a process leaves that has died gets none.
void ProducerClient::number_in_transaction(Sending& sending, Lane& lane) {
    if (sending.process.is_over()) return;
    const ProducerEpoch producer = where_.transactional->producer();
    if (lane.epoch != producer.epoch) lane.sequence = 0;
    lane.producer = producer.producer;
    lane.epoch = producer.epoch;
    for (Record& each : sending.batch->records) {
        each.producer = producer.producer;
        each.epoch = producer.epoch;
        each.sequence = lane.sequence++;
        each.is_transactional = true;
    }
}

// As soon as it is, the batch may be sent.
sim::Task<bool> ProducerClient::is_in_transaction(const Sending& sending, PartitionId partition) {
    TransactionalProducer* const producer = where_.transactional;
    if (producer == nullptr) co_return true;
    const bool is_added = co_await producer->add(partition);
    co_return is_added && !sending.process.is_over() &&
        sending.batch->records.front().epoch == producer->producer().epoch;
}

void ProducerClient::number(Sending& sending, Lane& lane) {
    if (lane.producer == 0) {
        lane.producer = where_.kafka.number_a_producer();
        lane.sequence = 0;
    }
    // Who was sent it before may still have it in his hands.
    const bool was_sent = sending.batch->records.front().producer != 0;
    if (was_sent) sending.batch = std::make_shared<Batch>(*sending.batch);
    for (Record& each : sending.batch->records) {
        each.producer = lane.producer;
        each.sequence = lane.sequence++;
    }
}

// A transaction without it can only be aborted.
Response ProducerClient::give_up(const Sending& sending) {
    if (sending.process.is_over()) {
        where_.kafka.died(*sending.batch);
        return kDied;
    }
    if (where_.transactional != nullptr) where_.transactional->fail();
    where_.kafka.failed(*sending.batch);
    return kGivenUp;
}

// Again and again until it is acknowledged, or too old.
sim::Task<Response> ProducerClient::deliver(Sending& sending, Lane& lane, PartitionId partition) {
    Kafka& kafka = where_.kafka;
    sim::Scheduler& scheduler = kafka.context().scheduler();
    for (;;) {
        if (sending.process.is_over()) co_return give_up(sending);
        // None overtakes one that waits to be sent again.
        while (!lane.resting.empty() && *lane.resting.begin() < sending.order) {
            co_await lane.rested.pass();
        }
        BrokerError error = BrokerError::not_leader;
        if (where_.spec.acks == Acks::none) {
            const bool knows =
                lane.state.leader != kNoBroker && peer_.resets_by(lane.state.leader) == lane.resets;
            if (!knows) co_await find_leader(lane, partition);
            send_and_forget(sending, lane, partition);
            co_return Response{};
        }
        if (lane.state.leader != kNoBroker) {
            Question question;
            question.kind = Question::Kind::produce;
            question.partition = partition;
            question.acks = where_.spec.acks;
            question.batch = sending.batch;
            const sim::Duration left =
                sending.began + where_.spec.delivery_timeout - scheduler.now();
            const BrokerAnswer answer = co_await peer_.ask(
                lane.state.leader, std::move(question),
                std::min(std::max(left, kShortestWait), where_.spec.request_timeout));
            error = answer.error;
            if (answer.ok()) {
                if (!sending.process.is_over()) {
                    kafka.published(kafka.partition(partition), *sending.batch, answer.slot);
                }
                co_return Response{};
            }
            learn(lane, answer);
        }
        const bool is_aborted =
            where_.transactional != nullptr &&
            (where_.transactional->has_failed() || error == BrokerError::fenced ||
             error == BrokerError::out_of_order);
        const bool is_oldest = lane.unanswered.begin()->second == &sending;
        if (error == BrokerError::out_of_order && is_oldest && !is_aborted) {
            const bool is_of_before = sending.batch->records.front().producer == lane.producer;
            if (is_of_before) lane.producer = 0;
            number(sending, lane);
        }
        const bool is_late = scheduler.now() - sending.began >= where_.spec.delivery_timeout;
        if (is_aborted || is_late) co_return give_up(sending);
        lane.resting.insert(sending.order);
        co_await sim::sleep(scheduler, where_.spec.retry_backoff);
        const bool knows_nobody = lane.state.leader == kNoBroker || error == BrokerError::refused ||
                                  error == BrokerError::timed_out;
        if (knows_nobody) co_await find_leader(lane, partition);
        lane.resting.erase(sending.order);
        lane.rested.pulse();
    }
}

// It counts as published whatever becomes of it.
void ProducerClient::send_and_forget(Sending& sending, Lane& lane, PartitionId partition) {
    Kafka& kafka = where_.kafka;
    kafka.published(kafka.partition(partition), *sending.batch, std::nullopt);
    if (lane.state.leader == kNoBroker) return;
    Question question;
    question.kind = Question::Kind::produce;
    question.partition = partition;
    question.acks = Acks::none;
    question.batch = sending.batch;
    peer_.tell(lane.state.leader, std::move(question));
}

void ProducerClient::learn(Lane& lane, const BrokerAnswer& answer) {
    if (answer.error != BrokerError::not_leader) return;
    if (answer.leader == kNoBroker || answer.epoch > lane.state.epoch) {
        lane.state.leader = answer.leader;
        lane.state.epoch = answer.epoch;
    }
}

sim::Task<void> ProducerClient::find_leader(Lane& lane, PartitionId partition) {
    constexpr sim::Duration kConnectionSetup = std::chrono::seconds(10);
    const bool is_news = co_await peer_.find_leader(
        lane.state, partition, std::min(where_.spec.request_timeout, kConnectionSetup));
    if (is_news) lane.resets = peer_.resets_by(lane.state.leader);
}

// --- all instances ---

Producer::Producer(Kafka& kafka, std::string topic, const ProducerSpec& spec, const Context& caller)
    : kafka_(kafka),
      partitions_(kafka.partitions_of(topic)),
      grows_(kafka.grows(topic)),
      spec_(spec),
      caller_(caller.name),
      clients_(caller.name, fmt::format("producer {}", kafka.number_a_peer())) {}

ProducerClient& Producer::client(const Request& request) {
    TransactionalProducer* const transactional = kafka_.transactional_producer(request.within);
    if (transactional != nullptr) {
        const auto instances = kafka_.context().world.directory.node(caller_).instances();
        const bool is_of_its_process = request.caller < instances.size() &&
                                       instances[request.caller] == &transactional->process();
        if (is_of_its_process) return client_in(*transactional, request);
    }
    return clients_.of(request, kafka_.context(),
                       [this](const CallerClient& caller) { return client_of(caller); });
}

std::unique_ptr<ProducerClient> Producer::client_of(const CallerClient& caller,
                                                    TransactionalProducer* transactional) {
    auto client = std::make_unique<ProducerClient>(
        ProducerClient::Where{kafka_, partitions_, spec_, caller, transactional});
    if (grows_) client->watch_topic();
    return client;
}

ProducerClient& Producer::client_in(TransactionalProducer& transactional, const Request& request) {
    auto& client = in_transactions_[transactional.number()];
    if (client == nullptr) {
        const auto instances = kafka_.context().world.directory.node(caller_).instances();
        const CallerClient caller{
            instances[request.caller], request.caller, request.place,
            fmt::format("producer {} of {}", kafka_.number_a_peer(), transactional.name())};
        client = client_of(caller, &transactional);
        transactional.publishes_by(*client);
    }
    return *client;
}

Reply Producer::call(Request request) {
    InFlightGuard here(kafka_.context(), request);
    const sim::Time began = kafka_.context().now();
    const Response response = co_await client(request).publish(request);
    if (response.ok() && !spec_.fire_and_forget)
        kafka_.publish_time().add(kafka_.context().now() - began);
    co_return here.leave(response);
}

void Producer::dismiss() {
    clients_.for_each([](ProducerClient& each) { each.dismiss(); });
    for (const auto& [number, each] : in_transactions_) each->dismiss();
}

}  // namespace models
