// Whoever asks brokers: a producer, a member of a consumer group, a broker itself. It has one
// connection to each broker; a broker answers on it.
//
//     const BrokerAnswer answer = co_await peer.ask(broker, question, 30s);
//
// No answer within the time: BrokerError::timed_out. A broker whose process has gone resets the
// connection: BrokerError::refused, as soon as that has come through.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "models/log_broker/wire.h"
#include "models/network/channel.h"
#include "sim/task.h"
#include "sim/timer.h"

namespace models {

class Kafka;

inline constexpr sim::Duration kNoTimeout = sim::Duration::max();
// retry.backoff.ms, of consumers.
inline constexpr sim::Duration kRetryBackoff = std::chrono::milliseconds(100);

class Peer {
public:
    Peer(Kafka& kafka, Links* links, PlaceId place, std::string name);
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    class Asking final : sim::Event {
    public:
        Asking(Peer& peer, BrokerId broker, Question question, sim::Duration timeout);
        Asking(const Asking&) = delete;
        Asking& operator=(const Asking&) = delete;
        ~Asking() { peer_.asking_.erase(number_); }

        bool await_ready() const { return false; }
        void await_suspend(sim::Wake caller);
        BrokerAnswer await_resume();

    private:
        friend Peer;
        void fire() override;
        void told(std::shared_ptr<BrokerAnswer> answer);

        Peer& peer_;
        BrokerId broker_;
        std::uint64_t number_;
        std::shared_ptr<Question> question_;
        sim::Duration timeout_;
        sim::Timer timer_;
        sim::Wake wake_{};
        std::shared_ptr<BrokerAnswer> answer_;
    };
    Asking ask(BrokerId broker, Question question, sim::Duration timeout) {
        return {*this, broker, std::move(question), timeout};
    }

    // Who leads that partition now: from one broker after another, so that who does not answer is
    // passed over the next time. True when it was told something no older than what `state` says.
    sim::Task<bool> find_leader(PartitionState& state, PartitionId partition,
                                sim::Duration timeout);

    // Of these partitions those that are there, as a broker knows; none: it has not answered.
    sim::Task<std::optional<std::vector<PartitionId>>> find_existing(
        std::vector<PartitionId> partitions, sim::Duration timeout);

    // Nobody waits for what is answered.
    void tell(BrokerId broker, Question question);

    std::uint32_t number() const { return number_; }
    const std::string& name() const { return name_; }
    Links* links() const { return links_; }
    Mailbox<BrokerTold>& inbox() { return inbox_; }
    // Its process has gone: what it has asked is forgotten.
    void reset();
    // By a broker that has gone.
    void was_reset_by(BrokerId broker);
    // How often.
    std::uint64_t resets_by(BrokerId broker) const {
        const auto found = resets_.find(broker);
        return found == resets_.end() ? 0 : found->second;
    }

private:
    Channel<Asked>& way_to(BrokerId broker);
    void take(const BrokerTold& told);

    Kafka& kafka_;
    Links* links_;
    std::string name_;
    std::uint32_t number_;
    Mailbox<BrokerTold> inbox_;
    std::map<BrokerId, std::unique_ptr<Channel<Asked>>> ways_;
    std::map<std::uint64_t, Asking*> asking_;
    std::map<BrokerId, std::uint64_t> resets_;
    std::uint64_t asked_ = 0;
    BrokerId asks_next_ = 0;
};

}  // namespace models
