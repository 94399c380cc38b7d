// ZooKeeper as a registry: an instance's entry is an ephemeral node that lives as long as its
// session, and clients watch the list, so that they are told of a change at once.
//
//     ZooKeeper           the node: sessions of instances, watches of clients, the figures
//     ZooKeeperServer     one server of the ensemble, and its copy of the list
//     Catalog             of one service: its instances, and what each client knows
//
// ZooKeeper Programmer's Guide (sessions, ephemeral nodes, watches), SessionTrackerImpl.java,
// ClientCnxn.java (pings at a third of the timeout; the next server when one does not answer).
// A session outlives its connection: a process that dies is listed until its session has expired,
// one that ends closes it. Without a quorum servers answer nobody.
//
// The log, its votes and their majority are Raft's here (replication/raft.h) where ZooKeeper has
// Zab; what dies closes its connections, so that nobody waits syncLimit for it. Not modelled: the
// time of servers' threads and disks, observers, znodes of other use, the read-only mode, retries
// of Curator.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "models/calls/tally.h"
#include "models/context.h"
#include "models/discovery/catalog.h"
#include "models/discovery/registry_way.h"
#include "models/discovery/zookeeper_server.h"
#include "models/discovery/zookeeper_spec.h"
#include "models/node.h"
#include "models/registry.h"
#include "models/replication/member_places.h"
#include "sim/gate.h"
#include "sim/task_group.h"

namespace models {

class ZooKeeper final : public Node, public Registry, Catalog::Listener {
public:
    using Spec = ZooKeeperSpec;

    ZooKeeper(const Spec& spec, const Context& context);

    void start() override;
    void finish() override;
    void dismiss() override;
    std::span<Instance* const> instances() override { return instances_; }
    Registry* registry() override { return this; }
    void subscribe(const Subscription& subscription) override;

    // What its servers need of it. Who applies an entry of the log first counts it.
    void applied(std::uint64_t index, const SessionCommand& command);
    void changed(Voter server);
    void led_by(const ZooKeeperServer& server);
    void led_no_more(const ZooKeeperServer& server);
    ZooKeeperServer& server(Voter number) { return *servers_[number]; }
    MemberPlaces& places() { return places_; }
    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }

private:
    // Who watches the list of a service, and at which server.
    struct Client {
        Client(sim::Scheduler& scheduler, std::uint32_t of, std::size_t which)
            : service(of), number(which), told(scheduler, false) {}
        std::uint32_t service;
        std::size_t number;  // among the service's clients
        PlaceId place = kNowhere;
        Voter at = 0;
        sim::Gate told;  // that something has changed, or that its connection has closed
    };
    struct Attached {
        ZkSession session = 0;  // 0: none
        std::uint32_t times_down = 0;
        Voter at = 0;
    };

    void entered(Catalog& catalog, std::size_t entry) override;
    void left(Catalog& catalog, std::size_t entry) override;
    std::uint32_t number_of(const Catalog& catalog) const;
    void hold_session(Catalog& catalog, ZkNode node);
    sim::Task<void> keep_session(Catalog& catalog, ZkNode node, Attached attached);
    sim::Task<bool> reach(Catalog& catalog, ZkNode node, Attached& attached);
    sim::Task<bool> register_at(ZooKeeperServer& server, ZkNode node, Attached& attached);
    sim::Task<void> close_session(Catalog& catalog, ZkNode node, Attached attached);
    sim::Task<void> watch_list(Client& client);
    sim::Task<bool> read_list(Client& client);

    Spec spec_;
    Context context_;
    MemberPlaces places_;
    std::vector<std::unique_ptr<ZooKeeperServer>> servers_;
    std::vector<Instance*> instances_;
    std::deque<Catalog> catalogs_;
    std::deque<Client> clients_;
    std::vector<std::vector<Attached>> attached_;  // by service and entry
    sim::Draws draws_;
    RegistryWay way_;
    std::uint64_t applied_ = 0;
    ZkSession last_session_ = 0;
    bool is_started_ = false;
    const ZooKeeperServer* leader_ = nullptr;
    sim::Time without_quorum_since_ = sim::kForever;
    sim::Duration without_quorum_{};
    Tally pings_, registrations_, refused_, expired_, notifications_, elections_;
    sim::TaskGroup works_;
};

}  // namespace models
