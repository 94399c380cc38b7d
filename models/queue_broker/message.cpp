#include "models/queue_broker/message.h"

#include <algorithm>
#include <tuple>

namespace models::amqp {

bool Envelope::operator<(const Envelope& other) const {
    const auto all = [](const Envelope& of) {
        return std::tie(of.exchange, of.routing_key, of.headers, of.expiration, of.bytes,
                        of.priority, of.persistent, of.deaths);
    };
    return all(*this) < all(other);
}

// As rabbit_dead_letter.erl: the latest deaths up to the one in that queue are the cycle.
bool Envelope::is_cycle_to(QueueId queue) const {
    for (const Death& each : deaths) {
        if (each.reason == DeathReason::rejected) return false;
        if (each.queue == queue) return true;
    }
    return false;
}

Envelope after_death(const Envelope& before, Death death) {
    Envelope after = before;
    after.expiration.reset();
    const auto same =
        std::find_if(after.deaths.begin(), after.deaths.end(), [&](const Death& each) {
            return each.queue == death.queue && each.reason == death.reason;
        });
    death.count = 1;
    if (same != after.deaths.end()) {
        death.count += same->count;
        after.deaths.erase(same);
    }
    after.deaths.insert(after.deaths.begin(), death);
    return after;
}

EnvelopeId Envelopes::id(const Envelope& envelope) {
    const auto [known, is_new] = ids_.emplace(envelope, static_cast<EnvelopeId>(envelopes_.size()));
    if (is_new) envelopes_.push_back(&known->first);
    return known->second;
}

}  // namespace models::amqp
