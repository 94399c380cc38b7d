#include "models/redis/sentinel.h"

#include <algorithm>

#include "models/redis/redis.h"

namespace models {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr sim::Duration kTimerPeriod = milliseconds(100);
constexpr sim::Duration kPingPeriod = seconds(1);
constexpr sim::Duration kAskPeriod = seconds(1);
constexpr sim::Duration kHelloPeriod = seconds(2);
constexpr sim::Duration kToldIsFresh = 5 * kAskPeriod;
constexpr sim::Duration kReplicaIsFresh = 5 * kPingPeriod;
constexpr sim::Duration kCorrectAfter = 4 * kHelloPeriod;
constexpr sim::Duration kElectionTimeout = seconds(10);
constexpr std::uint64_t kMostDesyncMs = 1000;

}  // namespace

Sentinel::Sentinel(Redis& redis, std::uint32_t number, const std::string& name)
    : redis_(redis),
      number_(number),
      inbox_(redis.context().world, redis.places().add(name)),
      sender_(redis.context(), &redis.links(), inbox_.place(), name),
      draws_(redis.context().stream(name + " draws")),
      timer_(redis.context().scheduler()) {
    inbox_.handle([this](const RedisMessage& message) { take(message); });
}

void Sentinel::start() {
    watched_.resize(redis_.members());
    for (Watched& each : watched_) each.heard = Suspicion(now());
    others_.resize(redis_.spec().sentinels);
    timer_.start(sim::from_seconds(sim::seconds(kPingPeriod) * draws_.uniform()),
                 static_cast<sim::Event&>(*this));
}

void Sentinel::fire() {
    timer_.fired();
    timer_.start(kTimerPeriod, static_cast<sim::Event&>(*this));
    look();
}

// --- watching ---

void Sentinel::look() {
    for (std::uint32_t i = 0; i < watched_.size(); ++i) {
        ping(i);
        correct(i);
    }
    if (!hello_at_ || now() - *hello_at_ >= kHelloPeriod) {
        hello_at_ = now();
        send_others(message(Kind::hello));
    }
    if (is_down(watched_[master_])) ask_others(false);
    if (stage_ != Stage::none) return go_on();
    const sim::Duration pause = 2 * redis_.spec().failover_timeout;
    if (is_agreed() && (!failover_at_ || now() - *failover_at_ > pause)) stand();
}

void Sentinel::ping(std::uint32_t member) {
    Watched& watched = watched_[member];
    const sim::Duration period = std::min<sim::Duration>(redis_.spec().down_after, kPingPeriod);
    if (watched.heard.since_asked(now()) < period) return;
    watched.heard.asked(now());
    send_member(member, message(Kind::ping));
}

bool Sentinel::is_down(const Watched& watched) const {
    const sim::Duration owed =
        watched.is_closed ? watched.heard.silent(now()) : watched.heard.unanswered(now());
    return owed > redis_.spec().down_after;
}

bool Sentinel::is_agreed() const {
    if (!is_down(watched_[master_])) return false;
    std::uint32_t agree = 1;
    for (const Other& each : others_) {
        const bool is_fresh = each.told_at && now() - *each.told_at <= kToldIsFresh;
        agree += is_fresh && each.says_down ? 1 : 0;
    }
    return agree >= redis_.spec().quorum;
}

void Sentinel::ask_others(bool for_a_vote) {
    const bool is_due = !asked_at_ || now() - *asked_at_ >= kAskPeriod;
    if (!for_a_vote && !is_due) return;
    asked_at_ = now();
    RedisMessage question = message(Kind::is_down);
    if (stage_ == Stage::standing) {
        question.epoch = failover_epoch_;
        question.candidate = number_;
    }
    send_others(question);
}

// Who leads and is not the master, or follows another than it, is told.
void Sentinel::correct(std::uint32_t member) {
    const Watched& watched = watched_[member];
    if (stage_ != Stage::none || watched.follows == master_) return;
    if (watched.is_closed || watched.heard.waits() || is_down(watched_[master_])) return;
    const bool leads = watched.follows == member;
    const sim::Duration wait = leads ? kCorrectAfter : redis_.spec().failover_timeout;
    if (now() - watched.follows_since < wait) return;
    RedisMessage command = message(Kind::replica_of);
    command.about = master_;
    send_member(member, command);
}

// --- what it is told ---

void Sentinel::take(const RedisMessage& message) {
    if (watched_.empty()) return;
    switch (message.kind) {
        case Kind::pong:
            heard(message);
            break;
        case Kind::closed:
            watched_[message.from].is_closed = true;
            break;
        case Kind::is_down:
            answer(message);
            break;
        case Kind::told:
            told(message);
            break;
        case Kind::hello:
            ballot_.hear(message.epoch);
            learn(message.about, message.config_epoch);
            break;
        default:
            break;
    }
}

void Sentinel::heard(const RedisMessage& pong) {
    Watched& watched = watched_[pong.from];
    watched.heard.heard(now());
    watched.is_closed = false;
    watched.offset = pong.offset;
    if (watched.follows != pong.about) {
        watched.follows = pong.about;
        watched.follows_since = now();
    }
    const bool is_done =
        stage_ == Stage::promoting && pong.from == promoted_ && pong.about == promoted_;
    if (!is_done) return;
    stage_ = Stage::none;
    learn(promoted_, failover_epoch_);
    for (std::uint32_t i = 0; i < watched_.size(); ++i) {
        if (i == promoted_ || watched_[i].is_closed || watched_[i].heard.waits()) continue;
        RedisMessage command = message(Kind::replica_of);
        command.about = promoted_;
        send_member(i, command);
    }
    send_others(message(Kind::hello));
}

// The newer epoch is right; clients that listen hear of it (+switch-master).
void Sentinel::learn(std::uint32_t master, Term since) {
    if (since <= config_epoch_) return;
    config_epoch_ = since;
    master_ = master;
    for (Watched& each : watched_) each.follows_since = now();
    for (Other& each : others_) each = {};
    if (stage_ != Stage::none) give_up();
    failover_at_.reset();
    redis_.publish(place(), master, since);
}

// sentinelVoteLeader. Who has voted for another does not stand soon.
void Sentinel::answer(const RedisMessage& question) {
    if (question.candidate) {
        const bool is_new = question.epoch > ballot_.term();
        ballot_.grant({question.epoch, *question.candidate});
        if (is_new && *ballot_.vote() != number_) {
            failover_at_ = now() + milliseconds(draws_.below(kMostDesyncMs));
        }
    } else {
        ballot_.hear(question.epoch);
    }
    RedisMessage answer = message(Kind::told);
    answer.is_down = question.about == master_ && is_down(watched_[master_]);
    answer.candidate = ballot_.vote();
    sender_.send(redis_.inbox_of_sentinel(question.from), answer, kRedisMessageBytes);
}

void Sentinel::told(const RedisMessage& message) {
    others_[message.from] = {message.is_down && message.about == master_, now()};
    if (!poll_ || message.epoch != failover_epoch_ || !message.candidate) return;
    poll_->cast(message.from, *message.candidate == number_);
}

// --- a failover ---

void Sentinel::stand() {
    failover_epoch_ = ballot_.stand(number_);
    failover_at_ = now() + milliseconds(draws_.below(kMostDesyncMs));
    stage_ = Stage::standing;
    const std::size_t all = redis_.spec().sentinels;
    poll_.emplace(all, std::max<std::size_t>(majority_of(all), redis_.spec().quorum));
    poll_->cast(number_, true);
    ask_others(true);
    go_on();
}

void Sentinel::go_on() {
    const sim::Duration timeout = redis_.spec().failover_timeout;
    const sim::Duration took = now() - *failover_at_;
    if (stage_ == Stage::promoting) {
        if (took > timeout) give_up();
    } else if (poll_->is_won()) {
        promote();
    } else if (took > std::min<sim::Duration>(kElectionTimeout, timeout)) {
        give_up();
    }
}

void Sentinel::promote() {
    const std::optional<std::uint32_t> best = best_replica();
    if (!best) return give_up();
    stage_ = Stage::promoting;
    promoted_ = *best;
    RedisMessage command = message(Kind::replica_of);
    command.about = promoted_;
    send_member(promoted_, command);
}

// That it hears of, and that has most; the first of equals.
std::optional<std::uint32_t> Sentinel::best_replica() const {
    std::optional<std::uint32_t> best;
    for (std::uint32_t i = 0; i < watched_.size(); ++i) {
        const Watched& each = watched_[i];
        const bool is_fresh = !each.is_closed && each.heard.silent(now()) <= kReplicaIsFresh;
        if (i == master_ || !is_fresh || is_down(each) || each.follows == i) continue;
        if (!best || each.offset > watched_[*best].offset) best = i;
    }
    return best;
}

void Sentinel::give_up() {
    stage_ = Stage::none;
    poll_.reset();
}

// --- sending ---

RedisMessage Sentinel::message(Kind kind) const {
    RedisMessage message;
    message.kind = kind;
    message.from = number_;
    message.about = master_;
    message.epoch = ballot_.term();
    message.config_epoch = config_epoch_;
    return message;
}

void Sentinel::send_member(std::uint32_t member, RedisMessage message) {
    sender_.send(redis_.member(member).inbox(), message, kRedisMessageBytes);
}

void Sentinel::send_others(const RedisMessage& message) {
    for (std::uint32_t i = 0; i < others_.size(); ++i) {
        if (i != number_) {
            sender_.send(redis_.inbox_of_sentinel(i), message, kRedisMessageBytes);
        }
    }
}

}  // namespace models
