// Health checks of a name's records: one that fails so many in a row is not answered any more,
// until it passes as many (Route 53's failure threshold counts either way).
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string_view>
#include <tuple>

#include "models/calls/edge.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/discovery/dns_spec.h"
#include "models/discovery/dns_zone.h"
#include "sim/task_group.h"

namespace models {

class DnsHealthCheck {
public:
    DnsHealthCheck(const DnsSpec& spec, const Context& context, DnsZone& zone);

    void start();
    void dismiss() { works_.dismiss(); }

private:
    sim::Task<void> watch(DnsZone::Record record);
    sim::Task<bool> probe(DnsZone::Record record, std::uint64_t number);
    sim::Task<bool> connect(DnsZone::Record record, std::uint64_t key);

    const DnsSpec& spec_;
    Context context_;
    DnsZone& zone_;
    std::uint64_t stream_;
    PlaceId place_;
    Tally withdrawals_;
    std::deque<Edge> edges_;  // by record, where probes are requests
    sim::TaskGroup works_;
};

}  // namespace models
