#include "models/balancers/alb.h"

#include "models/balancers/least_connections.h"
#include "models/balancers/round_robin.h"
#include "models/balancers/weighted_random.h"

namespace models {

namespace {

std::unique_ptr<Balancer> make(AlbAlgorithm algorithm, const Context& context) {
    switch (algorithm) {
        case AlbAlgorithm::round_robin:
            break;
        case AlbAlgorithm::least_outstanding_requests:
            return std::make_unique<LeastConnections>(LeastConnections::Spec{}, context);
        case AlbAlgorithm::weighted_random:
            return std::make_unique<WeightedRandom>(WeightedRandom::Spec{}, context);
    }
    return std::make_unique<RoundRobin>(RoundRobin::Spec{}, context);
}

}  // namespace

Alb::Alb(const Spec& spec, const Context& context) : algorithm_(make(spec.algorithm, context)) {}

}  // namespace models
