// Which followers a leader holds to be in sync: it asks the controller, which writes it down.
#include <utility>

#include "models/log_broker/broker.h"
#include "models/log_broker/kafka.h"
#include "models/log_broker/replica.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr sim::Duration kReplicaFetchWait =
    std::chrono::milliseconds(500);  // replica.fetch.wait.max.ms
constexpr sim::Duration kControllerTimeout = std::chrono::seconds(5);

}  // namespace

void Replica::look_after_followers() {
    if (!leads_ || is_changing_) return;
    const sim::Time now = kafka_.context().now();
    std::uint64_t in_sync = state_.in_sync;
    for (std::size_t each = 0; each < followers_.size(); ++each) {
        if (each == index_ || followers_[each].end == log_.end()) continue;
        const bool lags = now - followers_[each].caught_up > kafka_.spec().replica_lag_time;
        if (lags) in_sync &= ~(std::uint64_t{1} << each);
    }
    if (in_sync != state_.in_sync) ask_for(in_sync);
}

// Who has all and waits for more. Kafka asks again with each fetch, every kReplicaFetchWait at
// least; here a fetch waits until there is more, and the leader remembers.
void Replica::readmit() {
    if (!leads_ || is_changing_) return;
    for (std::size_t each = 0; each < followers_.size(); ++each) {
        const Follower& follower = followers_[each];
        const bool is_back = follower.waiting > 0 && follower.end >= high_watermark_;
        if (!is_back || partition_.is_in_sync(state_, each)) continue;
        return ask_for(state_.in_sync | std::uint64_t{1} << each);
    }
}

void Replica::ask_for(std::uint64_t in_sync) {
    if (std::exchange(is_changing_, true)) return;
    Question question;
    question.kind = Question::Kind::change_in_sync;
    question.partition = partition_.id;
    question.who = broker_.id();
    question.epoch = state_.epoch;
    question.version = state_.version;
    question.in_sync = in_sync;
    work_.run(tell_controller(std::move(question)));
}

// The answer says that it was written down; what follows is heard as everybody hears it.
sim::Task<void> Replica::tell_controller(Question question) {
    const std::uint32_t version = state_.version;
    co_await broker_.ask_controller(std::move(question), kControllerTimeout);
    co_await sim::sleep(kafka_.context().scheduler(), kReplicaFetchWait);
    if (state_.version != version) co_return;
    is_changing_ = false;
    readmit();
}

}  // namespace models
