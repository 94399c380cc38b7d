#include "models/network/network_link.h"

#include <algorithm>
#include <cassert>

namespace models {

namespace {

// Whether it is lost is drawn apart from how long it takes: a link that loses messages carries the
// others as before.
constexpr std::uint64_t kLoss = 0x6c6f7373;

}  // namespace

Link::Link(const Plan& plan)
    : is_plain_(plan.latency.is_constant() && plan.bits_per_second <= 0 && plan.loss <= 0),
      latency_(std::min(sim::from_seconds(plan.latency.mean()), sim::Duration::max() / 2)),
      queue_(plan.bits_per_second, plan.queue),
      loss_(plan.loss),
      stream_(plan.stream),
      law_(plan.latency),
      class_(plan.of),
      name_(plan.name),
      usage_(plan.usage),
      region_(plan.region) {
    assert(plan.loss >= 0 && plan.loss < 1);
}

// A cut is where it begins: what does not get out takes no place in its queue. What is lost does.
Passage Link::pass_under(sim::Time now, std::uint32_t bytes, std::uint64_t key,
                         const LinkEffect& effect) {
    assert(effect.bandwidth_share > 0 && effect.latency_factor >= 0);
    // Security groups and network ACLs drop what they deny: the sender hears nothing.
    if (effect.denies) {
        ++figures_.denied;
        return {Passage::Fate::denied, now};
    }
    if (effect.cuts) {
        ++figures_.cut;
        return {Passage::Fate::cut, now};
    }
    const std::optional<sim::Time> out = queue_.pass(now, bytes, effect.bandwidth_share);
    if (!out) {
        ++figures_.dropped;
        return {Passage::Fate::dropped, now};
    }
    const double loss = 1 - (1 - loss_) * (1 - effect.loss);
    if (loss > 0 && sim::Draws(sim::request_key(stream_ ^ kLoss, key)).chance(loss)) {
        ++figures_.lost;
        return {Passage::Fate::lost, now};
    }
    sim::Draws draws(sim::request_key(stream_, key));
    const double latency = law_.sample(draws) * effect.latency_factor;
    ++figures_.messages;
    figures_.bytes += bytes;
    const sim::Duration way = sim::from_seconds(latency) + effect.more_latency;
    return {Passage::Fate::arrives, way > sim::kForever - *out ? sim::kForever : *out + way};
}

void Link::begin_measuring(sim::Time now) {
    figures_ = {};
    measured_from_ = now;
    busy_before_ = queue_.busy(now);
}

double Link::use(sim::Time now) const {
    const double whole = sim::seconds(now - measured_from_);
    return whole > 0 ? sim::seconds(queue_.busy(now) - busy_before_) / whole : 0;
}

}  // namespace models
