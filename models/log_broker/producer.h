// What a step that publishes talks to: one producer in each instance of its server.
//
// A record goes into a batch of its partition: of its key by murmur2, or, without a key, the
// partition that batches go to now. A batch is sent when it is full, when it has waited for linger,
// or as soon as one of max_in_flight may be; it is sent again, to whoever leads by then, until
// delivery_timeout. Records that are not acknowledged yet take up the buffer, and whoever finds it
// full waits. With the process all of it dies.
//
// Unlike Kafka's, a request has the batch of one partition, and max_in_flight is counted for each
// partition instead of each broker.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "models/log_broker/peer.h"
#include "models/processes/caller_clients.h"
#include "models/processes/incarnation.h"
#include "models/service.h"
#include "models/topics.h"
#include "sim/gate.h"
#include "sim/semaphore.h"
#include "sim/task_group.h"

namespace models {

class Kafka;
class TransactionalProducer;

// In one instance.
class ProducerClient {
public:
    struct Where {
        Kafka& kafka;
        const std::vector<PartitionId>& partitions;  // of the topic
        const ProducerSpec& spec;
        CallerClient caller;
        TransactionalProducer* transactional = nullptr;  // whose transactions its records are in
    };
    explicit ProducerClient(const Where& where);
    // Asks for partitions that its topic gets.
    void watch_topic() { sending_.run(look_for_partitions()); }

    // The record is acknowledged, or failed; without waiting for that, it is in the buffer.
    sim::Task<Response> publish(Request request);
    // Nothing is in the buffer any more.
    sim::Task<void> flush();
    void dismiss() { sending_.dismiss(); }

private:
    struct Sending {
        Sending(sim::Scheduler& scheduler, const Instance* of)
            : batch(std::make_shared<Batch>()),
              full(scheduler, false),
              done(scheduler, false),
              process(of) {}
        std::shared_ptr<Batch> batch;
        sim::Gate full;
        sim::Gate done;
        Incarnation process;
        Response result{};
        sim::Time began{};
        std::uint64_t plain_bytes = 0;   // before they are compressed
        std::uint64_t order = 0;         // among those of its partition
        BrokerId waits_for = kNoBroker;  // it is behind batches that this one has to acknowledge
    };
    struct Lane {
        Lane(sim::Scheduler& scheduler, std::uint32_t at_once)
            : in_flight(scheduler, at_once), rested(scheduler, false) {}
        PartitionState state;
        std::uint64_t resets = 0;  // that it knows of, by whom it takes to lead
        std::shared_ptr<Sending> open;
        sim::Semaphore in_flight;
        std::uint32_t producer = 0;
        std::uint32_t sequence = 0;
        std::uint16_t epoch = 0;
        std::uint64_t begun = 0;
        std::map<std::uint64_t, Sending*> unanswered;  // the oldest first
        std::set<std::uint64_t> resting;               // those of them that wait to be sent again
        sim::Gate rested;
    };

    RecordKey key_of_records() const { return where_.spec.record_key.value_or(RecordKey::none); }
    std::size_t lane_of(const Request& request);
    std::size_t sticky_lane();
    sim::Task<void> look_for_partitions();
    bool has_room_for(std::uint64_t bytes) const;
    sim::Task<bool> wait_for_room(std::uint64_t bytes);
    std::shared_ptr<Sending> put(Lane& lane, std::size_t number, const Record& record);
    sim::Task<void> send(std::shared_ptr<Sending> sending, std::size_t lane);
    void wait_behind(Sending& sending, const Lane& lane);
    void wait_no_more(Sending& sending);
    sim::Task<Response> deliver(Sending& sending, Lane& lane, PartitionId partition);
    void send_and_forget(Sending& sending, Lane& lane, PartitionId partition);
    sim::Task<void> find_leader(Lane& lane, PartitionId partition);
    void close(Sending& sending, Lane& lane);
    void number(Sending& sending, Lane& lane);
    void number_in_transaction(Sending& sending, Lane& lane);
    sim::Task<bool> is_in_transaction(const Sending& sending, PartitionId partition);
    Response give_up(const Sending& sending);
    void learn(Lane& lane, const BrokerAnswer& answer);

    Where where_;
    Peer peer_;
    std::vector<std::unique_ptr<Lane>> lanes_;  // by partition of the topic
    std::size_t known_ = 0;  // of them: those that it knows to be there, the first ones
    std::uint64_t stream_;
    std::uint64_t picks_ = 0;
    std::size_t sticky_ = 0;
    std::uint64_t buffered_ = 0;
    sim::Gate room_;
    sim::TaskGroup sending_;
};

class Producer final : public Service {
public:
    Producer(Kafka& kafka, std::string topic, const ProducerSpec& spec, const Context& caller);

    Reply call(Request request) override;
    void dismiss();

private:
    ProducerClient& client(const Request& request);
    std::unique_ptr<ProducerClient> client_of(const CallerClient& caller,
                                              TransactionalProducer* transactional = nullptr);
    ProducerClient& client_in(TransactionalProducer& transactional, const Request& request);

    Kafka& kafka_;
    std::vector<PartitionId> partitions_;
    bool grows_;
    ProducerSpec spec_;
    std::string caller_;
    CallerClients<ProducerClient> clients_;
    std::map<std::uint32_t, std::unique_ptr<ProducerClient>> in_transactions_;  // by their number
};

}  // namespace models
