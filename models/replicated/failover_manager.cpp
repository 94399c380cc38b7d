#include "models/replicated/failover_manager.h"

#include <algorithm>

#include "models/replicated/replicated.h"

namespace models {

FailoverManager::FailoverManager(Replicated& database)
    : database_(database),
      inbox_(database.context().world, database.places().add(database.context().name + " manager")),
      sender_(database.context(), &database.places().links(), inbox_.place(), "heartbeats"),
      timer_(database.context().scheduler()) {
    inbox_.handle([this](const Heartbeat& answer) { heard_[answer.copy].heard(now()); });
}

sim::Duration FailoverManager::patience() const {
    return database_.spec().failover->detect_after;
}

sim::Duration FailoverManager::period() const {
    return std::min<sim::Duration>(std::chrono::seconds(1), patience() / 5);
}

// Its clock is in step with nobody's.
void FailoverManager::start() {
    heard_.assign(database_.copies().size(), Suspicion(now()));
    sim::Draws draws(database_.context().stream("manager"));
    timer_.start(sim::from_seconds(sim::seconds(period()) * draws.uniform()),
                 static_cast<sim::Event&>(*this));
}

bool FailoverManager::hears(const Copy& copy) const {
    return heard_[copy.index()].silent(now()) <= patience();
}

void FailoverManager::fire() {
    timer_.fired();
    if (!hears(database_.primary())) database_.primary_is_missed();
    for (const auto& copy : database_.copies()) {
        heard_[copy->index()].asked(now());
        sender_.send(copy->inbox(), Heartbeat{copy->index(), now()}, kHeartbeatBytes);
    }
    timer_.start(period(), static_cast<sim::Event&>(*this));
}

}  // namespace models
