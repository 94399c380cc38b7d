// Who watches over a primary and its replicas from a machine of its own, as MHA and orchestrator
// do: it asks each of them for a heartbeat, at least once a second, and when the primary has not
// answered for `detect_after`, has a replica that answers take its place (failover.cpp).
//
// It is one, and its machine does not fail; so it needs no votes.
#pragma once

#include <vector>

#include "models/network/mailbox.h"
#include "models/replicated/copy.h"
#include "models/replication/heartbeat.h"
#include "models/replication/suspicion.h"
#include "sim/rng.h"
#include "sim/timer.h"

namespace models {

class Replicated;

class FailoverManager final : sim::Event {
public:
    explicit FailoverManager(Replicated& database);

    void start();
    void stop() { timer_.stop(); }

    Mailbox<Heartbeat>& inbox() { return inbox_; }
    // It answered within `detect_after`.
    bool hears(const Copy& copy) const;
    // It leads again: what it did not answer until now counts no more.
    void begin_anew_with(const Copy& copy) { heard_[copy.index()] = Suspicion(now()); }

private:
    void fire() override;
    sim::Duration patience() const;
    sim::Duration period() const;
    sim::Time now() const { return timer_.scheduler().now(); }

    Replicated& database_;
    Mailbox<Heartbeat> inbox_;
    Sender sender_;
    sim::Timer timer_;
    std::vector<Suspicion> heard_;  // by copy
};

}  // namespace models
