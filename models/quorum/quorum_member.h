// One machine of a quorum store: the newest cell of each item it was told of, a clock, what it
// keeps for others, and whom it takes to be down.
//
// Whom it suspects is its own opinion, from requests that it has sent: Dynamo's purely local notion
// of failure (section 4.8.3), with no heartbeats while all is well. One that owes it an answer for
// too long, or refuses a connection, is asked no more; a ping a second finds out when it is there
// again. Then it is handed over what was kept for it.
//
// Requests go over one connection to each other machine (network/channel.h), which is closed when
// the other is suspected and opened anew with a ping.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "models/data/fencing.h"
#include "models/engines/engine.h"
#include "models/network/channel.h"
#include "models/node.h"
#include "models/quorum/coordination.h"
#include "models/quorum/quorum.h"
#include "models/replication/suspicion.h"
#include "sim/task_group.h"
#include "sim/timer.h"

namespace models {

class QuorumMember final : public Instance,
                           public Crashable,
                           public Slowable,
                           public Partitionable,
                           public Injectable,
                           public CarriesValues,
                           public HasClock,
                           public Hosted,
                           sim::Event {
public:
    using Key = Ledger::Key;

    QuorumMember(Quorum& store, std::uint32_t index);

    // Any machine coordinates.
    Go enter(Call&) override { return coordination_.enter(); }
    Reply call(Request request) override;
    bool is_up() const override { return engine_.is_up(); }
    std::uint32_t times_down() const override { return engine_.times_down(); }
    sim::Duration backlog() const override { return engine_.backlog(); }
    PlaceId place() const override { return inbox_.place(); }
    void take_down() override;
    void bring_up() override;
    Ways ways_to_others() override { return store_.places().ways_from(place()); }
    void slow_down(double factor) override { engine_.slow_down(factor); }
    void speed_up(double factor) override { engine_.speed_up(factor); }
    void shift_clock(sim::Duration by) override { clock_.shift(by); }
    Injection* injection() override { return engine_.injection(); }
    sim::Cpu& cores() override { return engine_.cpu(); }
    void dismiss();

    std::uint32_t index() const { return index_; }
    Engine& engine() { return engine_; }
    Timestamp stamp();
    sim::Task<void> until_it_answers();  // it hangs as long as this goes on

    Cell cell(Key key) const {
        const auto found = cells_.find(key);
        return found == cells_.end() ? Cell{} : found->second;
    }
    const std::unordered_map<Key, Cell>& cells() const { return cells_; }

    // --- a coordinator's part ---

    bool suspects(std::uint32_t other);
    using Asked = Gathering::Asked;
    // Sends it to all of them, each answer to the gathering.
    std::shared_ptr<Gathering> gather(const std::vector<Asked>& whom, std::size_t needed,
                                      const QuorumMessage& message);
    // True when there were enough in time; what comes later is still heard until then.
    sim::Task<bool> enough(std::shared_ptr<Gathering> gathering, sim::Time until);
    sim::Task<void> all(std::shared_ptr<Gathering> gathering, sim::Time until);
    void keep_for(std::uint32_t owner, Key key, const Cell& cell);
    // Goes on when the request is answered, and ends with the process.
    void run(sim::Task<void> task) { afterwards_.run(std::move(task)); }

    std::uint64_t requests = 0;

private:
    // What it knows of another machine.
    struct Peer {
        std::unique_ptr<Channel<QuorumMessage>> way;
        Suspicion answers;
        bool is_suspected = false;
        std::map<Key, Cell> hints;  // kept for it, in the order of keys
        bool is_handed_over = false;
    };

    Channel<QuorumMessage>& way_to(std::uint32_t other);
    void send(std::uint32_t to, QuorumMessage message);
    void take(const QuorumMessage& message);
    void refuse(const QuorumMessage& asked);
    sim::Task<void> serve(QuorumMessage asked);
    sim::Task<void> answer_ping(std::uint32_t from);
    void hear(const QuorumMessage& answer);
    void suspect(Peer& peer);
    void trust(Peer& peer);
    void store(Key key, const Cell& cell);
    void fire() override;  // once a second, while there is something to look after
    void look_after();
    sim::Task<void> hand_over(std::uint32_t owner);

    Quorum& store_;
    std::uint32_t index_;
    Engine engine_;
    BlockService queries_;
    Coordination coordination_;
    MachineClock clock_;
    sim::Duration ping_work_;
    Mailbox<QuorumMessage> inbox_;
    Sender pings_;
    std::vector<Peer> peers_;  // by machine
    std::unordered_map<Key, Cell> cells_;
    FencingTokens tokens_;
    std::map<std::uint64_t, std::shared_ptr<Gathering>>
        gatherings_;  // by exchange: the oldest first
    std::uint64_t exchanges_ = 0;
    sim::Timer timer_;
    sim::TaskGroup serving_;
    sim::TaskGroup afterwards_;
};

}  // namespace models
