// The way of a request at a gateway, in blocks, from the outside in:
//
//     Arriving     at this instance: what it calls comes from here
//     GatewayHop   the links to here and back, where there is a network
//     Looking, Measure
//     OfRoute      counted at its route, and by the status of its answer
//     Holding      it is up and has a connection left; dies with it; its errors have the statuses
//                  of the product
//     Injected     what failures do to calls
//     Handling     core time for the request
//     filters      of the gateway
//     Routing      to its route, or 404
//     filters      of the route
//     Upstream     the call itself
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/blocks/measure.h"
#include "models/blocks/scopes.h"
#include "models/gateways/gateway.h"

namespace models {

class GatewayProgram {
public:
    explicit GatewayProgram(Gateway& gateway);
    ~GatewayProgram();

    Go come(Call& call, std::uint32_t instance, PlaceId place);

private:
    class Arriving;
    class GatewayHop;
    class OfRoute;
    class Holding;
    class InjectedHere;
    class Handling;
    class Routing;
    class Upstream;
    struct Chain;
    struct Route;

    void build_inside(Gateway& gateway);
    void add_filters(Scopes& scopes, const std::vector<FilterChoice>& filters, Gateway& gateway);

    std::unique_ptr<Arriving> arriving_;
    std::unique_ptr<GatewayHop> hop_;
    MeasuredVisit visit_;
    Scopes inside_;
    std::unique_ptr<Chain> chain_;  // where there are no links, and nobody looks
    std::vector<std::unique_ptr<Route>> routes_;
};

}  // namespace models
