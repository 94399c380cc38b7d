// How a follower gets what its leader has: it asks again and again, and the leader keeps the
// question until there is something.
#include <algorithm>
#include <utility>

#include "models/log_broker/broker.h"
#include "models/log_broker/kafka.h"
#include "models/log_broker/replica.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr sim::Duration kFetchBackoff = std::chrono::seconds(1);  // replica.fetch.backoff.ms

}  // namespace

sim::Task<BrokerAnswer> Replica::replicate(std::shared_ptr<Question> asked) {
    if (!leads_ || asked->epoch != state_.epoch) co_return no_leader();
    const Epoch epoch = state_.epoch;
    const std::size_t who = partition_.replica_of(asked->who);
    BrokerAnswer answer;
    if (asked->offset < log_.start()) {
        answer.error = BrokerError::out_of_range;
        answer.offset = log_.start();
        co_return answer;
    }
    const ReplicaLog::EpochEnd common = log_.end_of(asked->last_epoch);
    if (common.end < asked->offset) {
        answer.error = BrokerError::diverged;
        answer.epoch = common.epoch;
        answer.offset = common.end;
        co_return answer;
    }
    Follower& follower = followers_[who];
    follower.end = asked->offset;
    const sim::Time now = kafka_.context().now();
    if (follower.end >= log_.end()) {
        follower.caught_up = now;
    } else if (follower.end >= follower.end_then) {
        follower.caught_up = std::max(follower.caught_up, follower.asked);
    }
    follower.asked = now;
    follower.end_then = log_.end();
    advance();
    ++follower.waiting;
    readmit();
    while (still_leads(epoch) && log_.end() == asked->offset) co_await changed_.pass();
    if (!still_leads(epoch)) co_return no_leader();
    --follower.waiting;
    answer.offset = asked->offset;
    answer.high_watermark = high_watermark_;
    collect(asked->offset, log_.end(), kafka_.spec().replica_fetch_bytes.count, answer);
    co_await broker_.read(cold_bytes(asked->offset, answer));
    co_return answer;
}

// A follower's whole life under one leader.
sim::Task<void> Replica::copy(Epoch epoch) {
    for (;;) {
        Question question;
        question.kind = Question::Kind::replicate;
        question.partition = partition_.id;
        question.who = broker_.id();
        question.epoch = epoch;
        question.last_epoch = log_.last_epoch();
        question.offset = log_.end();
        const BrokerAnswer answer =
            co_await broker_.peer().ask(state_.leader, std::move(question), kNoTimeout);
        if (answer.ok() && !co_await broker_.room_for(answer.records_bytes)) co_return;
        if (!take(answer)) co_await sim::sleep(kafka_.context().scheduler(), kFetchBackoff);
    }
}

// False when it is better to wait before the next question.
bool Replica::take(const BrokerAnswer& answer) {
    const std::uint64_t bytes = log_.bytes();
    switch (answer.error) {
        case BrokerError::none: {
            Offset at = answer.offset;
            for (const Piece& piece : answer.pieces) {
                for (std::uint64_t each = 0; each < piece.count; ++each, ++at) {
                    if (at == log_.end()) append(piece.epoch, piece.slot + each);
                }
            }
            high_watermark_ =
                std::max(high_watermark_, std::min(answer.high_watermark, log_.end()));
            settle_transactions();
            return true;
        }
        case BrokerError::diverged:
            log_.truncate(std::min(answer.offset, log_.end_of(answer.epoch).end), partition_.store);
            freed(bytes);
            high_watermark_ = std::min(high_watermark_, log_.end());
            sequences_.rebuild(log_, partition_.store);
            transactions_.rebuild(log_, partition_.store);
            settle_transactions();
            return true;
        case BrokerError::out_of_range:
            log_.begin_at(answer.offset);
            freed(bytes);
            sequences_.clear();
            transactions_.clear();
            high_watermark_ = answer.offset;
            return true;
        default:
            return false;
    }
}

}  // namespace models
