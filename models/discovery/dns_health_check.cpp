#include "models/discovery/dns_health_check.h"

#include <algorithm>

#include "models/network/crossing.h"
#include "models/network/node_place.h"
#include "sim/sleep.h"
#include "sim/within.h"

namespace models {

DnsHealthCheck::DnsHealthCheck(const DnsSpec& spec, const Context& context, DnsZone& zone)
    : spec_(spec),
      context_(context),
      zone_(zone),
      stream_(context.stream("health checks")),
      place_(place_of_node(context)),
      withdrawals_(context, "withdrawals") {}

// The first probes are spread over the interval.
void DnsHealthCheck::start() {
    if (spec_.health_check->request) {
        for (const DnsRecordSpec& each : spec_.records) {
            edges_.emplace_back(context_, Edge::Plan{each.to, {}, {}});
        }
    }
    for (DnsZone::Record each = 0; each < spec_.records.size(); ++each) works_.run(watch(each));
}

sim::Task<void> DnsHealthCheck::watch(DnsZone::Record record) {
    const DnsHealthCheckSpec& check = *spec_.health_check;
    const auto count = static_cast<std::int64_t>(spec_.records.size());
    sim::Time next = context_.now() + check.interval * std::int64_t{record} / count;
    bool is_healthy = true;
    std::uint32_t contradictions = 0;
    for (std::uint64_t number = 0;; ++number) {
        co_await sim::sleep_until(context_.scheduler(), next);
        const bool passed = co_await probe(record, number);
        contradictions = passed == is_healthy ? 0 : contradictions + 1;
        if (contradictions >= check.threshold) {
            contradictions = 0;
            is_healthy = passed;
            if (!passed) withdrawals_.add();
            zone_.set_healthy(record, passed);
        }
        next = std::max(next + check.interval, context_.now());
    }
}

sim::Task<bool> DnsHealthCheck::probe(DnsZone::Record record, std::uint64_t number) {
    const DnsHealthCheckSpec& check = *spec_.health_check;
    const std::uint64_t key = sim::request_key(stream_, std::uint64_t{record} << 40 | number);
    if (!check.request) {
        const auto answer = co_await sim::within(context_.scheduler(), check.timeout,
                                                 connect(record, key), &context_.world.abandoned);
        co_return answer&&* answer;
    }
    Edge& edge = edges_[record];
    Request request;
    request.identity = key;
    request.place = place_;
    request.endpoint = edge.endpoint();
    request.deadline = context_.now() + check.timeout;
    const auto response = co_await sim::within(context_.scheduler(), check.timeout,
                                               edge.call(request), &context_.world.abandoned);
    co_return response && response->ok();
}

// To whichever instance is up; a node without instances is.
sim::Task<bool> DnsHealthCheck::connect(DnsZone::Record record, std::uint64_t key) {
    const std::string& to = spec_.records[record].to.node;
    World& world = context_.world;
    const PlaceId there = world.network == nullptr ? kNowhere : world.network->place_of(to);
    const bool is_far = place_ != kNowhere && there != kNowhere;
    if (is_far && !co_await cross(world, {place_, there, 0, key})) co_return false;
    const auto instances = world.directory.node(to).instances();
    const bool is_up = instances.empty() ||
                       std::ranges::any_of(instances, [](Instance* each) { return each->is_up(); });
    if (!is_far) co_return is_up;
    co_return co_await cross(world, {there, place_, 0, sim::mix(key)}) && is_up;
}

}  // namespace models
