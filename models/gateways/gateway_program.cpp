#include "models/gateways/gateway_program.h"

#include <utility>

#include "models/blocks/core_time.h"
#include "models/blocks/scope_chain.h"
#include "models/calls/edge.h"
#include "models/filters/drawn_time.h"
#include "models/gateways/route_counts.h"
#include "models/gateways/upstream_status.h"
#include "models/network/hop.h"

namespace models {

class GatewayProgram::Arriving final : public Keeps<Arriving> {
public:
    struct State {
        std::uint32_t caller;
        PlaceId place;
    };

    // The way in: which instance it is, is not in the program.
    Go come(Call& call, std::uint32_t instance, PlaceId place) {
        begin(call, call.request.caller, call.request.place);
        call.request.caller = instance;
        call.request.place = place;
        return on();
    }
    Go enter(Call&) override { return on(); }
    Go answered(Call& call) override {
        abandoned(call);
        return back();
    }
    void abandoned(Call& call) override {
        restore(call);
        end(call);
    }
    void restore(Call& call) override {
        call.request.caller = mine(call).caller;
        call.request.place = mine(call).place;
    }
};

// The caller counts the time on these links: to it, it is time that this call takes.
class GatewayProgram::GatewayHop final : public Hop {
public:
    explicit GatewayHop(const Context& context) : Hop(context, nullptr) {}

private:
    std::optional<Ends> ends_of(Call& call) const override {
        return between(call.in_frame<Arriving::State>().place, call.request.place);
    }
};

class GatewayProgram::OfRoute final : public Keeps<OfRoute> {
public:
    struct State {
        sim::Time arrived;
    };

    explicit OfRoute(Gateway& gateway)
        : gateway_(gateway), meter_(gateway.context().meter), all_(gateway.context(), "") {
        for (const GatewayRoute& route : gateway.spec().routes) {
            routes_.emplace_back(gateway.context(), route.title());
        }
    }

    Go enter(Call& call) override {
        const sim::Time now = gateway_.context().now();
        begin(call, now);
        if (const auto route = gateway_.route_of(call.request.endpoint)) {
            meter_.arrived_in(routes_[*route].part, now);
        }
        return on();
    }
    Go answered(Call& call) override {
        leave(call, call.response);
        return back();
    }
    void abandoned(Call& call) override {
        if (!gateway_.context().world.cancelling) return end(call);
        leave(call, {Outcome::timed_out, cause::cancelled});
    }

private:
    void leave(Call& call, const Response& response) {
        all_.add(response);
        if (const auto route = gateway_.route_of(call.request.endpoint)) {
            routes_[*route].statuses.add(response);
            meter_.left_in(routes_[*route].part, mine(call).arrived, response.outcome);
        }
        end(call);
    }

    Gateway& gateway_;
    sim::Meter& meter_;
    StatusCounts all_;
    std::vector<RouteCounts> routes_;
};

class GatewayProgram::Holding final : public Keeps<Holding> {
public:
    struct State {
        GatewayInstance* instance;
    };

    explicit Holding(Gateway& gateway) : gateway_(gateway), product_(gateway.spec().product()) {}

    Go enter(Call& call) override {
        GatewayInstance& instance = gateway_.at(call.request.caller);
        if (!instance.is_up()) return answer(call, {Outcome::failed, cause::refused});
        if (!instance.connections().try_take()) {
            instance.connections().note_refused();
            return answer(call, {Outcome::rejected, cause::queue_full});
        }
        begin(call, &instance);
        return on();
    }
    Go answered(Call& call) override {
        if (!call.ok()) [[unlikely]]
            call.response = as_answered_by(product_, call.response);
        abandoned(call);
        return back();
    }
    void abandoned(Call& call) override {
        mine(call).instance->connections().give_back();
        end(call);
    }
    const void* dies_with(Call& call, std::uint32_t state) const override {
        return static_cast<const Instance*>(call.state_at<State>(state).instance);
    }

private:
    Gateway& gateway_;
    Proxy product_;
};

class GatewayProgram::InjectedHere final : public Injected {
public:
    explicit InjectedHere(Gateway& gateway)
        : Injected(gateway.context().scheduler()), gateway_(gateway) {}

private:
    Injection& at(Call& call) override { return *gateway_.at(call.request.caller).injection(); }

    Gateway& gateway_;
};

class GatewayProgram::Handling final : public CoreTime {
public:
    explicit Handling(Gateway& gateway)
        : CoreTime(gateway.context()),
          gateway_(gateway),
          work_(gateway.spec().work.build(), "work", gateway.context()) {}

    Go enter(Call& call) override {
        return work(call, gateway_.at(call.request.caller).cpu(), work_.of(call.request));
    }

private:
    Gateway& gateway_;
    DrawnTime work_;
};

// The call to a route's node: by what is left of the path.
class GatewayProgram::Upstream final : public Keeps<Upstream> {
public:
    struct State {
        sim::Time called;
        std::uint64_t identity;
        EndpointId path;
    };

    Upstream(Gateway& gateway, const GatewayRoute& route)
        : gateway_(gateway),
          meter_(gateway.context().meter),
          route_(route),
          to_(gateway.context().world.directory.node(route.to.node)),
          edge_(gateway.context(), {route.to, route.latency.build(), {}}, this) {}

    Go enter(Call& call) override {
        const EndpointId path = call.request.endpoint;
        const EndpointId endpoint = endpoint_for(path);
        begin(call, gateway_.context().now(), call.request.identity, path);
        call.request.identity = Request::onward_identity(call.request.identity, 0);
        call.request.endpoint = endpoint;
        return edge_.enter(call);
    }
    Go answered(Call& call) override {
        const sim::Time called = mine(call).called;
        abandoned(call);
        meter_.spent_at(call.request.endpoint, Spent::calling, gateway_.context().now() - called);
        if (!call.ok()) [[unlikely]]
            note_answered(call.response);
        return back();
    }
    void abandoned(Call& call) override {
        restore(call);
        end(call);
    }
    void restore(Call& call) override {
        call.request.identity = mine(call).identity;
        call.request.endpoint = mine(call).path;
    }

private:
    EndpointId endpoint_for(EndpointId path) {
        if (path >= endpoints_.size()) endpoints_.resize(path + 1);
        if (!endpoints_[path]) [[unlikely]]
            endpoints_[path] = find(gateway_.path_of(path));
        return *endpoints_[path];
    }
    EndpointId find(std::string_view path) const {
        if (!route_.to.endpoint.empty()) return edge_.endpoint();
        const std::string rest = paths::without_prefix(path, route_.strip_prefix);
        if (const auto known = to_.endpoint(rest)) return *known;
        return to_.endpoint(std::string_view(rest).substr(1)).value_or(0);
    }

    Gateway& gateway_;
    sim::Meter& meter_;
    const GatewayRoute& route_;
    Node& to_;
    Edge edge_;
    std::vector<std::optional<EndpointId>> endpoints_;  // by path
};

// The usual way in, as one block.
struct GatewayProgram::Chain {
    Chain(Arriving& arriving, Measure& measure, OfRoute& of_route, Holding& holding)
        : scopes(arriving, measure, of_route, holding) {}
    ScopeChain<Arriving, Measure, OfRoute, Holding> scopes;
};

struct GatewayProgram::Route {
    explicit Route(Block* around) : scopes(around) {}
    Scopes scopes;
};

class GatewayProgram::Routing final : public Block {
public:
    Routing(Gateway& gateway, const std::vector<std::unique_ptr<Route>>& routes)
        : gateway_(gateway), routes_(routes) {}

    Go enter(Call& call) override {
        const auto route = gateway_.route_of(call.request.endpoint);
        if (!route) return answer(call, {Outcome::failed, cause::not_found});
        return routes_[*route]->scopes.enter();
    }

private:
    Gateway& gateway_;
    const std::vector<std::unique_ptr<Route>>& routes_;
};

GatewayProgram::GatewayProgram(Gateway& gateway)
    : arriving_(std::make_unique<Arriving>()), visit_(gateway.context(), true, true) {
    Block* around = arriving_.get();
    std::uint32_t above = arriving_->state_bytes();
    Block* first = visit_.enter().to;
    if (gateway.context().world.network != nullptr) {
        hop_ = std::make_unique<GatewayHop>(gateway.context());
        hop_->link(arriving_.get(), first);
        above += hop_->state_bytes();
        around = first = hop_.get();
    }
    arriving_->link(&Return::block(), first);
    build_inside(gateway);
    visit_.link(inside_.first(), around, above);
}

GatewayProgram::~GatewayProgram() = default;

void GatewayProgram::build_inside(Gateway& gateway) {
    inside_ = Scopes(visit_.inside());
    OfRoute& of_route = inside_.add<OfRoute>(gateway);
    Holding& holding = inside_.add<Holding>(gateway);
    if (hop_ == nullptr && visit_.looking() == nullptr) {
        chain_ = std::make_unique<Chain>(*arriving_, visit_.measure(), of_route, holding);
        inside_.back_to(&chain_->scopes);
    }
    Block* const around = inside_.inside();
    if (gateway.context().is_injected) inside_.add<InjectedHere>(gateway);
    inside_.back_to(around);
    inside_.add<Handling>(gateway);
    inside_.back_to(around);
    add_filters(inside_, gateway.spec().filters, gateway);
    for (const GatewayRoute& spec : gateway.spec().routes) {
        Route& route = *routes_.emplace_back(std::make_unique<Route>(inside_.inside()));
        add_filters(route.scopes, spec.filters, gateway);
        route.scopes.add<Upstream>(gateway, spec);
    }
    inside_.add<Routing>(gateway, routes_);
}

void GatewayProgram::add_filters(Scopes& scopes, const std::vector<FilterChoice>& filters,
                                 Gateway& gateway) {
    const FilterSite site(gateway.context(), gateway);
    for (const FilterChoice& each : filters) {
        std::unique_ptr<Policy> filter = Filters::build(each, site);
        Policy& made = *filter;
        scopes.add(std::move(filter));
        scopes.back_to(made.inside());
    }
}

Go GatewayProgram::come(Call& call, std::uint32_t instance, PlaceId place) {
    const Go go = arriving_->come(call, instance, place);
    return chain_ ? chain_->scopes.further_in<0>(call, go) : go;
}

}  // namespace models
