#include "models/redis/cluster_node.h"

#include <algorithm>

#include "models/redis/redis.h"

namespace models {

namespace {

constexpr sim::Duration kCronPeriod = std::chrono::milliseconds(100);
constexpr std::uint64_t kRandomPingEvery = 10;
constexpr int kSampled = 5;

}  // namespace

ClusterNode::ClusterNode(Redis& redis, RedisMember& self)
    : redis_(redis),
      self_(self),
      timeout_(redis.spec().cluster_node_timeout),
      draws_(redis.context().stream(self.name() + " cluster")),
      timer_(redis.context().scheduler()) {
    for (std::uint32_t shard = 0; shard < redis.shards(); ++shard) {
        masters_.push_back({redis.shard(shard).front()->number()});
    }
}

// Their timers are not in step.
void ClusterNode::start() {
    peers_.resize(redis_.members());
    restarted();
    timer_.start(sim::from_seconds(sim::seconds(kCronPeriod) * draws_.uniform()),
                 static_cast<sim::Event&>(*this));
}

void ClusterNode::restarted() {
    const sim::Time now = timer_.scheduler().now();
    for (Peer& each : peers_) {
        each = Peer();
        each.heard = Suspicion(now);
    }
    standing_ = {};
    is_changed_ = true;
}

void ClusterNode::fire() {
    timer_.fired();
    timer_.start(kCronPeriod, static_cast<sim::Event&>(*this));
    if (self_.is_up() && !self_.hangs()) look();
}

// --- pinging ---

void ClusterNode::look() {
    const sim::Time now = timer_.scheduler().now();
    if (++ticks_ % kRandomPingEvery == 0) ping_someone();
    for (std::uint32_t i = 0; i < peers_.size(); ++i) {
        if (i == self_.number()) continue;
        Peer& peer = peers_[i];
        const bool is_due = !peer.heard.waits() && peer.heard.silent(now) > timeout_ / 2;
        // A link that is silent for so long is opened anew, and the ping sent again.
        const bool is_late = peer.heard.waits() && peer.heard.since_asked(now) > timeout_ / 2;
        if (std::exchange(peer.is_closed, false) || is_due || is_late) ping(i);
        if (peer.heard.unanswered(now) > timeout_ && peer.is_reached()) {
            peer.may_have_failed = true;
            has_suspects_ = true;
            if (voters() == 1) judge(i);
        }
    }
    update_state();
    stand();
}

// Of some at random, the one that it has not heard of for longest.
void ClusterNode::ping_someone() {
    std::optional<std::uint32_t> oldest;
    const sim::Time now = timer_.scheduler().now();
    for (int i = 0; i < kSampled; ++i) {
        const auto each = static_cast<std::uint32_t>(draws_.below(peers_.size()));
        if (each == self_.number() || peers_[each].heard.waits()) continue;
        const bool is_older =
            !oldest || peers_[each].heard.silent(now) > peers_[*oldest].heard.silent(now);
        if (is_older) oldest = each;
    }
    if (oldest) ping(*oldest);
}

void ClusterNode::ping(std::uint32_t to) {
    peers_[to].heard.asked(timer_.scheduler().now());
    send(to, message(Kind::ping));
}

RedisMessage ClusterNode::message(Kind kind) {
    RedisMessage message = self_.pong();
    message.kind = kind;
    message.epoch = ballot_.term();
    message.about = masters_[self_.shard()].member;
    message.config_epoch = masters_[self_.shard()].since;
    if (!has_suspects_) return message;
    std::vector<std::uint32_t> suspects;
    for (std::uint32_t i = 0; i < peers_.size(); ++i) {
        if (!peers_[i].is_reached()) suspects.push_back(i);
    }
    has_suspects_ = !suspects.empty();
    if (has_suspects_) {
        message.suspects = std::make_shared<const std::vector<std::uint32_t>>(std::move(suspects));
    }
    return message;
}

void ClusterNode::send(std::uint32_t to, const RedisMessage& message) {
    self_.send(redis_.member(to).inbox(), message);
}

void ClusterNode::broadcast(const RedisMessage& message) {
    for (std::uint32_t i = 0; i < peers_.size(); ++i) {
        if (i != self_.number()) send(i, message);
    }
}

// --- what it is told ---

void ClusterNode::take(const RedisMessage& message) {
    if (peers_.empty()) return;
    if (message.kind == Kind::closed) {
        peers_[message.from].is_closed = true;
        return;
    }
    ballot_.hear(message.epoch);
    switch (message.kind) {
        case Kind::ping:
            send(message.from, this->message(Kind::pong));
            take_header(message);
            break;
        case Kind::pong:
            heard(message.from);
            take_header(message);
            break;
        case Kind::failed:
            failed(message.about);
            break;
        case Kind::update:
            believe(message);
            break;
        case Kind::vote_request:
            vote_for(message);
            break;
        case Kind::vote:
            if (standing_.poll && standing_.epoch == message.epoch) {
                standing_.poll->cast(message.from, true);
                count_votes();
            }
            break;
        default:
            break;
    }
    // A state that nothing has changed, and no waiting either, is what it was.
    if (is_changed_ || refuses_) update_state();
}

void ClusterNode::take_header(const RedisMessage& message) {
    peers_[message.from].offset = message.offset;
    if (message.about == message.from) believe(message);
    take_gossip(message);
}

// A master has failed for good only when enough of them say so; it may have failed over meanwhile.
void ClusterNode::heard(std::uint32_t from) {
    const sim::Time now = timer_.scheduler().now();
    Peer& peer = peers_[from];
    peer.heard.heard(now);
    is_changed_ = is_changed_ || !peer.is_reached();
    peer.may_have_failed = false;
    if (!peer.has_failed) return;
    if (is_voter(from) && now - peer.failed_at <= 2 * timeout_) return;
    peer.has_failed = false;
    peer.reports.clear();
}

// Who claims slots with the older epoch is told who has them by now.
void ClusterNode::believe(const RedisMessage& message) {
    const Known& mine = masters_[message.shard];
    if (message.about == mine.member && message.config_epoch <= mine.since) return;
    if (message.config_epoch > mine.since) {
        adopt(message.shard, {message.about, message.config_epoch});
        return;
    }
    RedisMessage update = this->message(Kind::update);
    update.shard = message.shard;
    update.about = mine.member;
    update.config_epoch = mine.since;
    if (message.kind != Kind::update) send(message.from, update);
}

void ClusterNode::adopt(std::uint32_t shard, Known known) {
    masters_[shard] = known;
    is_changed_ = true;
    if (shard != self_.shard() || known.member == self_.number()) return;
    standing_ = {};
    redis_.become_replica(self_, redis_.member(known.member));
}

void ClusterNode::take_gossip(const RedisMessage& message) {
    if (!is_voter(message.from)) return;
    const auto is_suspect = [&](std::uint32_t member) {
        return message.suspects != nullptr && std::ranges::binary_search(*message.suspects, member);
    };
    if (message.suspects == nullptr && !has_reports_) return;
    const sim::Time now = timer_.scheduler().now();
    has_reports_ = false;
    for (std::uint32_t i = 0; i < peers_.size(); ++i) {
        auto& reports = peers_[i].reports;
        if (reports.empty() && !is_suspect(i)) continue;
        std::erase_if(reports, [&](const auto& each) { return each.first == message.from; });
        if (is_suspect(i)) reports.emplace_back(message.from, now);
        has_reports_ = has_reports_ || !reports.empty();
        if (is_suspect(i)) judge(i);
    }
}

// Whether more than half of the masters agree with it.
void ClusterNode::judge(std::uint32_t about) {
    Peer& peer = peers_[about];
    if (!peer.may_have_failed || peer.has_failed) return;
    const sim::Time now = timer_.scheduler().now();
    std::erase_if(peer.reports, [&](const auto& each) { return now - each.second > 2 * timeout_; });
    const std::size_t agree = peer.reports.size() + (is_voter(self_.number()) ? 1 : 0);
    if (agree < majority_of(voters())) return;
    failed(about);
    RedisMessage all = message(Kind::failed);
    all.about = about;
    broadcast(all);
}

void ClusterNode::failed(std::uint32_t about) {
    if (about == self_.number() || peers_[about].has_failed) return;
    is_changed_ = true;
    has_suspects_ = true;
    peers_[about].has_failed = true;
    peers_[about].may_have_failed = false;
    peers_[about].failed_at = timer_.scheduler().now();
}

// --- votes ---

// clusterSendFailoverAuthIfNeeded: one vote an epoch, one for each failed master in so long.
void ClusterNode::vote_for(const RedisMessage& request) {
    const Known& master = masters_[request.shard];
    Peer& failed = peers_[master.member];
    const sim::Time now = timer_.scheduler().now();
    const bool voted_lately = failed.voted_at && now - *failed.voted_at < 2 * timeout_;
    if (!is_voter(self_.number()) || request.epoch < ballot_.term()) return;
    if (!failed.has_failed || voted_lately || request.config_epoch < master.since) return;
    if (ballot_.vote() || !ballot_.grant({request.epoch, request.from})) return;
    failed.voted_at = now;
    send(request.from, message(Kind::vote));
}

// clusterHandleSlaveFailover.
void ClusterNode::stand() {
    const std::uint32_t master = masters_[self_.shard()].member;
    if (master == self_.number() || !peers_[master].has_failed) return;
    if (!redis_.has_slots(self_.shard())) return;
    const sim::Time now = timer_.scheduler().now();
    const sim::Duration patience =
        std::max<sim::Duration>(2 * timeout_, std::chrono::milliseconds(2000));
    if (!standing_.is_planned || now - standing_.at > 2 * patience) {
        const auto chance = std::chrono::milliseconds(draws_.below(500));
        standing_ = {};
        standing_.is_planned = true;
        standing_.at = now + std::chrono::milliseconds(500) + chance + std::chrono::seconds(rank());
        return;
    }
    if (now < standing_.at || now - standing_.at > patience || standing_.has_asked) return;
    standing_.has_asked = true;
    standing_.epoch = ballot_.stand(self_.number());
    standing_.poll.emplace(redis_.members(), majority_of(voters()));
    broadcast(message(Kind::vote_request));
}

// How many replicas of its master have more than it.
std::uint32_t ClusterNode::rank() const {
    const std::uint64_t mine = self_.replication().data().offset;
    std::uint32_t rank = 0;
    for (const RedisMember* each : redis_.shard(self_.shard())) {
        const bool is_other = each != &self_ && each->number() != masters_[self_.shard()].member;
        rank += is_other && peers_[each->number()].offset > mine ? 1 : 0;
    }
    return rank;
}

void ClusterNode::count_votes() {
    if (!standing_.poll->is_won()) return;
    masters_[self_.shard()] = {self_.number(), standing_.epoch};
    is_changed_ = true;
    standing_ = {};
    redis_.become_master(self_);
    broadcast(message(Kind::pong));
}

// --- its own state ---

bool ClusterNode::is_voter(std::uint32_t member) const {
    const std::uint32_t shard = redis_.member(member).shard();
    return masters_[shard].member == member && redis_.has_slots(shard);
}

std::size_t ClusterNode::voters() const {
    std::size_t count = 0;
    for (std::uint32_t shard = 0; shard < masters_.size(); ++shard) {
        count += redis_.has_slots(shard) ? 1 : 0;
    }
    return count;
}

// clusterUpdateState. A master that was among the fewer waits before it takes commands again, so
// that it hears first whether it still is one.
void ClusterNode::update_state() {
    if (peers_.empty()) return;
    is_changed_ = false;
    const sim::Time now = timer_.scheduler().now();
    std::size_t reached = 0;
    bool is_covered = true;
    for (std::uint32_t shard = 0; shard < masters_.size(); ++shard) {
        if (!redis_.has_slots(shard)) continue;
        const std::uint32_t master = masters_[shard].member;
        reached += master == self_.number() || peers_[master].is_reached() ? 1 : 0;
        is_covered = is_covered && !peers_[master].has_failed;
    }
    const bool in_minority = reached < majority_of(voters());
    if (in_minority) in_minority_at_ = now;
    const sim::Duration wait = std::clamp<sim::Duration>(timeout_, std::chrono::milliseconds(500),
                                                         std::chrono::milliseconds(5000));
    const bool is_back_just_now = refuses_ && in_minority_at_ && now - *in_minority_at_ < wait &&
                                  masters_[self_.shard()].member == self_.number();
    const bool lacks_slots = redis_.spec().cluster_require_full_coverage && !is_covered;
    refuses_ = in_minority || lacks_slots || is_back_just_now;
}

}  // namespace models
