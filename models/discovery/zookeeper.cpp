#include "models/discovery/zookeeper.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "sim/sleep.h"

namespace models {

namespace {

// Of a client whose servers all have refused it (ClientCnxn waits for up to a second).
constexpr sim::Duration kReconnect = std::chrono::seconds(1);

}  // namespace

ZooKeeper::ZooKeeper(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      places_(context),
      draws_(context.stream("phases")),
      way_(context, spec.ping_interval()),
      pings_(context, "pings"),
      registrations_(context, "registrations"),
      refused_(context, "refused"),
      expired_(context, "expired_sessions"),
      notifications_(context, "notifications"),
      elections_(context, "elections") {
    for (Voter number = 0; number < spec.servers; ++number) {
        servers_.push_back(std::make_unique<ZooKeeperServer>(*this, number));
        instances_.push_back(servers_.back().get());
    }
}

void ZooKeeper::subscribe(const Subscription& subscription) {
    Catalog& catalog = catalog_of(catalogs_, subscription, *this, context_.world.network);
    attached_.resize(catalogs_.size());
    Client& client =
        clients_.emplace_back(context_.scheduler(), number_of(catalog), catalog.clients());
    client.place = subscription.place;
    catalog.subscribe(subscription);
}

// Whoever is there has its session, and everybody is somewhere in his interval.
void ZooKeeper::start() {
    is_started_ = true;
    for (const auto& each : servers_) each->start();
    for (Catalog& each : catalogs_) {
        for (std::uint32_t entry = 0; entry < each.size(); ++entry) {
            hold_session(each, {number_of(each), entry});
        }
    }
    for (Client& each : clients_) {
        each.at = static_cast<Voter>(draws_.below(servers_.size()));
        works_.run(watch_list(each));
    }
}

void ZooKeeper::dismiss() {
    works_.dismiss();
    for (const auto& each : servers_) each->dismiss();
}

std::uint32_t ZooKeeper::number_of(const Catalog& catalog) const {
    const auto found =
        std::ranges::find_if(catalogs_, [&](const Catalog& each) { return &each == &catalog; });
    return static_cast<std::uint32_t>(found - catalogs_.begin());
}

// --- instances ---

// Before the start each is there, and has its session already.
void ZooKeeper::hold_session(Catalog& catalog, ZkNode node) {
    std::vector<Attached>& all = attached_[node.service];
    if (all.size() <= node.entry) all.resize(node.entry + 1);
    Catalog::Entry& entry = catalog.entry(node.entry);
    if (!is_started_ || entry.is_watched) return;
    entry.is_watched = true;
    Attached attached;
    attached.at = static_cast<Voter>(draws_.below(servers_.size()));
    attached.times_down = entry.instance->times_down();
    if (entry.is_listed) {
        attached.session = ++last_session_;
        for (const auto& each : servers_) each->know(attached.session, node);
    }
    all[node.entry] = attached;
    works_.run(keep_session(catalog, node, attached));
}

void ZooKeeper::entered(Catalog& catalog, std::size_t entry) {
    hold_session(catalog, {number_of(catalog), static_cast<std::uint32_t>(entry)});
}

void ZooKeeper::left(Catalog& catalog, std::size_t entry) {
    const ZkNode node{number_of(catalog), static_cast<std::uint32_t>(entry)};
    if (!is_started_ || node.entry >= attached_[node.service].size()) return;
    works_.run(close_session(catalog, node, attached_[node.service][node.entry]));
}

// Where that is refused its session ends as that of one that has died.
sim::Task<void> ZooKeeper::close_session(Catalog& catalog, ZkNode node, Attached attached) {
    if (attached.session == 0) co_return;
    attached_[node.service][node.entry].session = 0;
    ZooKeeperServer& at = server(attached.at);
    if (!co_await way_.travels(catalog.place_of(node.entry), at.place()) || !at.serves()) co_return;
    (void)co_await at.write({SessionCommand::Kind::close, attached.session, node},
                            spec_.ping_interval());
}

// A process that has started anew knows nothing of its session of before.
sim::Task<void> ZooKeeper::keep_session(Catalog& catalog, ZkNode node, Attached first) {
    if (first.session != 0) {
        co_await sim::sleep(
            context_.scheduler(),
            sim::from_seconds(draws_.uniform() * sim::seconds(spec_.ping_interval())));
    }
    for (;;) {
        Attached& now = attached_[node.service][node.entry];
        bool is_heard = true;
        if (catalog.is_awake(node.entry)) {
            const std::uint32_t times = catalog.entry(node.entry).instance->times_down();
            if (std::exchange(now.times_down, times) != times) now.session = 0;
            Attached tried = now;
            is_heard = co_await reach(catalog, node, tried);
            Attached& its = attached_[node.service][node.entry];
            if (catalog.is_alive(node.entry)) its = tried;
        }
        co_await sim::sleep(context_.scheduler(), is_heard ? spec_.ping_interval() : kReconnect);
    }
}

// Its own server, or the next that answers.
sim::Task<bool> ZooKeeper::reach(Catalog& catalog, ZkNode node, Attached& attached) {
    const PlaceId place = catalog.place_of(node.entry);
    const bool is_new = attached.session == 0;
    for (std::size_t step = 0; step < servers_.size(); ++step) {
        ZooKeeperServer& at = server(attached.at);
        if (co_await way_.travels(place, at.place()) && at.serves()) {
            if (attached.session != 0 && !at.has(attached.session)) attached.session = 0;
            const bool was_done = attached.session == 0 ? co_await register_at(at, node, attached)
                                                        : (at.touch(attached.session), true);
            if (was_done && co_await way_.travels(at.place(), place)) {
                if (!is_new) pings_.add();
                co_return true;
            }
        }
        attached.at = (attached.at + 1) % static_cast<Voter>(servers_.size());
    }
    if (attached.session == 0) refused_.add();
    co_return false;
}

sim::Task<bool> ZooKeeper::register_at(ZooKeeperServer& server, ZkNode node, Attached& attached) {
    const ZkSession session = ++last_session_;
    const bool is_there =
        co_await server.write({SessionCommand::Kind::create, session, node}, spec_.ping_interval());
    if (is_there) attached.session = session;
    co_return is_there;
}

// --- clients ---

void ZooKeeper::changed(Voter server) {
    for (Client& each : clients_) {
        if (each.at == server) each.told.open();
    }
}

// It reads the list, waits to be told of a change, and reads it again. A client that gets no answer
// goes by what it has, and tries the next server.
sim::Task<void> ZooKeeper::watch_list(Client& client) {
    for (;;) {
        client.told.close();
        bool was_read = false;
        for (std::size_t step = 0; step < servers_.size() && !was_read; ++step) {
            was_read = co_await read_list(client);
            if (!was_read) client.at = (client.at + 1) % static_cast<Voter>(servers_.size());
        }
        if (!was_read) {
            co_await sim::sleep(context_.scheduler(), kReconnect);
        } else if (!context_.world.can_fail) {
            co_await client.told.pass();
        } else if (co_await client.told.pass_within(spec_.ping_interval())) {
            if (!co_await way_.travels(server(client.at).place(), client.place)) continue;
        }
    }
}

sim::Task<bool> ZooKeeper::read_list(Client& client) {
    ZooKeeperServer& at = server(client.at);
    if (!co_await way_.travels(client.place, at.place()) || !at.serves()) co_return false;
    Catalog& catalog = catalogs_[client.service];
    std::vector<bool> listed(catalog.size());
    for (std::uint32_t entry = 0; entry < listed.size(); ++entry) {
        listed[entry] = at.lists({client.service, entry});
    }
    if (!co_await way_.travels(at.place(), client.place)) co_return false;
    if (catalog.tell(client.number, listed)) notifications_.add();
    co_return true;
}

// --- the ensemble ---

void ZooKeeper::applied(std::uint64_t index, const SessionCommand& command) {
    if (index <= applied_) return;
    applied_ = index;
    if (command.kind == SessionCommand::Kind::create) registrations_.add();
    if (command.kind == SessionCommand::Kind::expire) expired_.add();
}

void ZooKeeper::led_by(const ZooKeeperServer& server) {
    leader_ = &server;
    const sim::Time since = std::exchange(without_quorum_since_, sim::kForever);
    if (server.raft().term() == 1) return;
    elections_.add();
    context_.world.recorder.incident(server.name(), "elected",
                                     fmt::format("leads in term {}, by more than half of {}",
                                                 server.raft().term(), servers_.size()));
    if (since == sim::kForever) return;
    const sim::Time from = std::max(since, context_.world.recorder.measured_from());
    if (context_.now() > from) without_quorum_ += context_.now() - from;
}

void ZooKeeper::led_no_more(const ZooKeeperServer& server) {
    if (leader_ != &server) return;
    leader_ = nullptr;
    without_quorum_since_ = context_.now();
}

void ZooKeeper::finish() {
    sim::NodeRecord& record = context_.meter.record();
    record.instances = static_cast<double>(servers_.size());
    if (without_quorum_since_ != sim::kForever) {
        const sim::Time from =
            std::max(without_quorum_since_, context_.world.recorder.measured_from());
        without_quorum_ += context_.now() - from;
    }
    record.measures.push_back({"without_leader", "s", sim::seconds(without_quorum_)});
}

}  // namespace models
