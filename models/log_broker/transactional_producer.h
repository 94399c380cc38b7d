// Whoever has a transactional id: what it publishes, and the offsets that it commits, count at once
// or not at all.
//
//     co_await producer.init();            // fences who had the id before
//     co_await producer.add(partition);    // before the first record to it
//     co_await producer.commit();          // true: all of it counts
//
// A partition is added to the transaction before something is written there; the first one begins
// it. What could not be written makes the end an abort.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "models/log_broker/peer.h"
#include "models/log_broker/wire.h"
#include "models/processes/incarnation.h"
#include "sim/gate.h"
#include "sim/task.h"

namespace models {

class Instance;
class Kafka;
class ProducerClient;

class TransactionalProducer {
public:
    struct Settings {
        std::string transactional_id;
        sim::Duration timeout;
        sim::Duration request_timeout;
    };
    struct Where {
        const Instance& process;
        const Incarnation& incarnation;  // of it
        Peer& peer;                      // that asks
    };
    TransactionalProducer(Kafka& kafka, const Where& where, const Settings& settings);
    TransactionalProducer(const TransactionalProducer&) = delete;
    TransactionalProducer& operator=(const TransactionalProducer&) = delete;

    // Again until the coordinator has answered: there is no transaction, and this is the only
    // producer of that id. Nothing happens when its process dies meanwhile.
    sim::Task<void> init();
    // False: it is over, as the producer was fenced or its process has died.
    sim::Task<bool> add(PartitionId partition);
    // What was published is with the brokers; false: not all of it.
    sim::Task<bool> flush();
    // True: it is committed, or there was none.
    sim::Task<bool> commit();
    sim::Task<void> abort();

    bool is_open() const { return !partitions_.empty(); }
    // It can only be aborted.
    void fail() { has_failed_ = true; }
    bool has_failed() const { return has_failed_; }
    // Its process has died.
    void reset();

    const std::string& name() const { return settings_.transactional_id; }
    ProducerEpoch producer() const { return producer_; }
    const Instance& process() const { return where_.process; }
    std::uint32_t number() const { return number_; }  // of what it publishes: Request::within
    void publishes_by(ProducerClient& client) { clients_.push_back(&client); }

private:
    bool goes_on(std::uint64_t life) const {
        return life == life_ && where_.incarnation.is_alive();
    }
    sim::Task<BrokerAnswer> ask_coordinator(Question question, std::uint64_t life);
    sim::Task<bool> end(Marker marker);

    Kafka& kafka_;
    Where where_;
    Settings settings_;
    std::uint32_t number_;
    PartitionId partition_;  // of __transaction_state
    PartitionState coordinator_;
    ProducerEpoch producer_;
    std::set<PartitionId> partitions_;  // of the transaction
    std::set<PartitionId> adding_;      // that the coordinator has not acknowledged
    bool has_failed_ = false;
    std::uint64_t life_ = 0;  // from one init to the next
    std::vector<ProducerClient*> clients_;
    sim::Gate changed_;
};

}  // namespace models
