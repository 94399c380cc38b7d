#include "models/balancers/balancers.h"

#include "models/balancers/alb.h"
#include "models/balancers/bounded_load.h"
#include "models/balancers/busiest.h"
#include "models/balancers/haproxy_first.h"
#include "models/balancers/haproxy_hash.h"
#include "models/balancers/haproxy_leastconn.h"
#include "models/balancers/haproxy_random.h"
#include "models/balancers/haproxy_roundrobin.h"
#include "models/balancers/haproxy_static_rr.h"
#include "models/balancers/ip_hash.h"
#include "models/balancers/join_shortest_queue.h"
#include "models/balancers/least_connections.h"
#include "models/balancers/least_request.h"
#include "models/balancers/least_response_time.h"
#include "models/balancers/maglev.h"
#include "models/balancers/modulo.h"
#include "models/balancers/peak_ewma.h"
#include "models/balancers/perfect.h"
#include "models/balancers/power_of_two.h"
#include "models/balancers/prequal.h"
#include "models/balancers/random.h"
#include "models/balancers/rendezvous.h"
#include "models/balancers/ring_hash.h"
#include "models/balancers/round_robin.h"
#include "models/balancers/weighted_least_connections.h"
#include "models/balancers/weighted_random.h"
#include "models/balancers/weighted_round_robin.h"
#include "models/balancers/zone_aware.h"

namespace models {

namespace {

using BalancerMembers =
    All<RoundRobin, WeightedRoundRobin, Random, WeightedRandom, LeastConnections,
        WeightedLeastConnections, LeastRequest, PowerOfTwo, JoinShortestQueue, PeakEwma,
        LeastResponseTime, Prequal, IpHash, RingHash, Maglev, BoundedLoad, Rendezvous, Modulo,
        ZoneAware, Alb, HaproxyRoundrobin, HaproxyStaticRr, HaproxyLeastconn, HaproxyFirst,
        HaproxyHash, HaproxyRandom, Perfect, Busiest>;

template <class... Member>
bool any_by_hash(All<Member...>, const BalancerChoice& choice) {
    const auto is_so = [](const auto* spec) {
        if constexpr (requires { spec->places_by_hash(); }) {
            return spec != nullptr && spec->places_by_hash();
        }
        return false;
    };
    return (is_so(choice.as<typename Member::Spec>()) || ...);
}

}  // namespace

const Balancers::List& Balancers::list() {
    static const List list = list_of(BalancerMembers());
    return list;
}

bool chooses_by_hash(const BalancerChoice& choice) {
    return any_by_hash(BalancerMembers(), choice);
}

}  // namespace models
