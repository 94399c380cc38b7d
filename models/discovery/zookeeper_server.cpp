#include "models/discovery/zookeeper_server.h"

#include <fmt/core.h>

#include <chrono>
#include <vector>

#include "models/discovery/zookeeper.h"
#include "models/roles.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr std::uint32_t kMessageBytes = 128;
// FastLeaderElection's finalizeWait: how long votes may still come, once nobody leads.
constexpr sim::Duration kFinalizeWait = std::chrono::milliseconds(200);

}  // namespace

// Who is alone is cut off from nobody.
Abilities ZooKeeperSpec::suffers() const {
    const Abilities all = abilities_of<ZooKeeperServer>();
    return servers > 1 ? all : all.without(Abilities::partition());
}

std::vector<std::string> ZooKeeperSpec::roles() const {
    std::vector<std::string> roles{std::string(kLeaderRole)};
    if (servers > 1) roles.emplace_back(kFollowerRole);
    return roles;
}

ZooKeeperServer::ZooKeeperServer(ZooKeeper& ensemble, Voter self)
    : ensemble_(ensemble),
      self_(self),
      inbox_(ensemble.context().world,
             ensemble.places().add(fmt::format("{}[{}]", ensemble.context().name, self))),
      touches_(ensemble.context().world, inbox_.place()),
      closed_(ensemble.context().world, inbox_.place()),
      sender_(ensemble.context(), &ensemble.places().links(), inbox_.place(),
              fmt::format("server {}", self)),
      raft_(*this, ensemble.context().scheduler(), self, ensemble.context().stream("elections"),
            {.members = ensemble.spec().servers,
             .heartbeat_interval = ensemble.spec().tick_time / 2,
             .election_timeout = ensemble.spec().tick_time * ensemble.spec().sync_limit,
             .watches = ensemble.context().world.can_fail,
             .timeout_when_closed = kFinalizeWait}) {
    inbox_.handle([this](const Message& message) { raft_.take(message); });
    touches_.handle([this](ZkSession session) { touch(session); });
    closed_.handle([this](Voter other) { raft_.closed(other); });
}

std::string ZooKeeperServer::name() const {
    return fmt::format("{}[{}]", ensemble_.context().name, self_);
}

std::string_view ZooKeeperServer::role() const {
    return raft_.leads() ? kLeaderRole : kFollowerRole;
}

void ZooKeeperServer::dismiss() {
    raft_.stop();
    sessions_watch_.dismiss();
}

// --- sessions ---

void ZooKeeperServer::touch(ZkSession session) {
    if (raft_.leads()) {
        heard_of_[session] = ensemble_.context().now();
    } else if (const auto leader = raft_.leader()) {
        sender_.send(ensemble_.server(*leader).touches(), session, kPingBytes);
    }
}

sim::Task<bool> ZooKeeperServer::write(SessionCommand command, sim::Duration limit) {
    sim::Gate committed(ensemble_.context().scheduler(), false);
    const auto waits = waiting_.emplace(command.session, &committed);
    struct Leave {
        std::multimap<ZkSession, sim::Gate*>& all;
        std::multimap<ZkSession, sim::Gate*>::iterator which;
        ~Leave() { all.erase(which); }
    } const leave{waiting_, waits};
    const std::uint32_t times = times_down();
    if (!raft_.propose(command)) co_return false;
    const bool is_told = co_await committed.pass_within(limit);
    co_return is_told&& times == times_down();
}

void ZooKeeperServer::put(ZkSession session, ZkNode node) {
    if (sessions_.emplace(session, node).second) ++listed_[node];
}

void ZooKeeperServer::remove(ZkSession session) {
    const auto found = sessions_.find(session);
    if (found == sessions_.end()) return;
    const auto listed = listed_.find(found->second);
    if (--listed->second == 0) listed_.erase(listed);
    sessions_.erase(found);
    heard_of_.erase(session);
}

void ZooKeeperServer::apply(std::uint64_t index, const SessionCommand& command) {
    const bool was_there = has(command.session);
    const bool creates = command.kind == SessionCommand::Kind::create;
    if (creates) {
        put(command.session, command.node);
        if (raft_.leads()) heard_of_[command.session] = ensemble_.context().now();
    } else {
        remove(command.session);
    }
    if (was_there != creates) ensemble_.applied(index, command);
    const auto [begin, end] = waiting_.equal_range(command.session);
    for (auto each = begin; each != end; ++each) each->second->open();
    ensemble_.changed(self_);
}

// --- the leader's watch over them ---

void ZooKeeperServer::leads_now() {
    heard_of_.clear();
    for (const auto& [session, node] : sessions_) heard_of_[session] = ensemble_.context().now();
    ensemble_.led_by(*this);
    if (ensemble_.context().world.can_fail) sessions_watch_.run(watch_sessions());
}

void ZooKeeperServer::leads_no_more() {
    heard_of_.clear();
    sessions_watch_.dismiss();
    ensemble_.led_no_more(*this);
}

sim::Task<void> ZooKeeperServer::watch_sessions() {
    for (;;) {
        co_await sim::sleep(ensemble_.context().scheduler(), ensemble_.spec().tick_time);
        const sim::Time now = ensemble_.context().now();
        std::vector<ZkSession> over;
        for (const auto& [session, heard] : heard_of_) {
            if (now - heard >= ensemble_.spec().session_timeout) over.push_back(session);
        }
        for (const ZkSession each : over) {
            raft_.propose({SessionCommand::Kind::expire, each, {}});
        }
    }
}

// --- among themselves ---

void ZooKeeperServer::send(Voter to, Message message) {
    sender_.send(ensemble_.server(to).inbox(), std::move(message), kMessageBytes);
}

// The operating system closes the connections of a process that has died.
void ZooKeeperServer::take_down() {
    if (!up_.take_down()) return;
    inbox_.close();
    touches_.close();
    closed_.close();
    raft_.crash();
    const auto [begin, end] = std::pair{waiting_.begin(), waiting_.end()};
    for (auto each = begin; each != end; ++each) each->second->open();
    for (Voter other = 0; other < ensemble_.spec().servers; ++other) {
        if (other != self_) sender_.send(ensemble_.server(other).closed(), self_, kPingBytes);
    }
    ensemble_.changed(self_);
}

void ZooKeeperServer::bring_up() {
    if (!up_.bring_up()) return;
    inbox_.open();
    touches_.open();
    closed_.open();
    raft_.restart();
}

Partitionable::Ways ZooKeeperServer::ways_to_others() {
    return ensemble_.places().ways_from(place());
}

}  // namespace models
