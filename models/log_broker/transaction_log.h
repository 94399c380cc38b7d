// Transactions as their coordinator knows them: the broker that leads the partition of
// __transaction_state that a transactional id is hashed to (Kafka improvement proposal 98).
//
// Each change of a state is written to that log, and counts once all in-sync replicas have it; so
// the next coordinator knows it, too, and goes on with what the last one had begun to end:
//
//     empty -> ongoing -> prepare_commit -> complete_commit -> ongoing ...
//                      -> prepare_abort  -> complete_abort
//
// A transaction is decided when its prepare is written, and whoever ends it is answered then. After
// that a marker goes to each partition that is part of it, again until it is there.
//
// A producer that is initialized anew gets a higher epoch, and what the one before it has begun is
// aborted. So is what takes longer than its transaction_timeout, which is looked for every ten
// seconds (transaction.abort.timed.out.transaction.cleanup.interval.ms).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>

#include "models/log_broker/state_keeper.h"
#include "sim/task.h"
#include "sim/task_group.h"

namespace models {

class Kafka;

class TransactionLog final : public StateKeeper {
public:
    explicit TransactionLog(Kafka& kafka) : kafka_(kafka) {}

    sim::Task<BrokerAnswer> answer(std::shared_ptr<Question> question,
                                   Replica& coordinator) override;
    void committed(StoreSlot slot, const Record& record) override;
    void led_by(Replica& coordinator) override;
    void led_no_more() override;
    void dismiss() { led_no_more(); }

private:
    enum class Phase : std::uint8_t {
        empty,
        ongoing,
        prepare_commit,
        prepare_abort,
        complete_commit,
        complete_abort
    };
    struct State {
        Phase phase = Phase::empty;
        std::uint16_t epoch = 0;
        std::set<PartitionId> partitions{};
        sim::Time began{};
        sim::Duration timeout{};
    };
    struct Change {
        std::uint32_t producer;
        State state;
    };

    static bool is_prepared(const State& state) {
        return state.phase == Phase::prepare_commit || state.phase == Phase::prepare_abort;
    }
    BrokerError check(const Question& question) const;
    sim::Task<BrokerAnswer> init(std::shared_ptr<Question> question);
    sim::Task<BrokerAnswer> add(std::shared_ptr<Question> question);
    sim::Task<BrokerAnswer> end(std::shared_ptr<Question> question);
    sim::Task<bool> write(std::uint32_t producer, State state);
    sim::Task<bool> abort(std::uint32_t producer);
    void complete(std::uint32_t producer);
    sim::Task<void> mark(PartitionId partition, ProducerEpoch producer, Marker marker);
    sim::Task<void> watch_timeouts();

    Kafka& kafka_;
    Replica* coordinator_ = nullptr;
    std::map<std::uint32_t, State> states_;  // by producer, as the log has it
    std::set<std::uint32_t> changing_;       // whose next state is on its way
    std::unordered_map<StoreSlot, Change> written_;
    std::map<std::uint32_t, std::size_t> unmarked_;  // partitions without their marker, by producer
    sim::TaskGroup work_;
};

}  // namespace models
