#include "models/servers/server.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/autoscalers/fixed.h"
#include "models/servers/fleet.h"
#include "models/servers/server_instance.h"

namespace models {

Server::Server(const Spec& spec, const Context& context)
    : spec_(spec), context_(context), backends_(spec.balancer, context) {
    Fleet::Plan plan{spec.replicas, spec.lifecycle, {Milli{1000} * spec.cores, spec.memory}};
    plan.requested = spec.cpu_request.value_or(spec.cores) / spec.cores;
    plan.changes = spec.autoscaler.as<Fixed::Spec>() == nullptr;
    fleet_ = std::make_unique<Fleet>(*this, context_, plan);
    for (Instance* instance : fleet_->instances()) backends_.add(*instance);
    fleet_->watch(backends_);
    if (!spec.shedding.empty()) shed_.emplace(context_, "shed");
    autoscaler_ = Autoscalers::build(spec.autoscaler, context_);
}

Server::~Server() = default;

void Server::connect() {
    for (const auto& [name, steps] : spec_.endpoints) {
        endpoints_.push_back({context_.stream("demand of " + name), compile(steps, context_)});
    }
    if (!spec_.admission.empty()) door_.emplace(spec_.admission, context_, entrance_);
}

std::optional<EndpointId> Server::endpoint(std::string_view name) const {
    const auto& entries = spec_.endpoints.entries;
    const auto found =
        std::ranges::find_if(entries, [&](const auto& entry) { return entry.first == name; });
    if (found == entries.end()) return std::nullopt;
    return static_cast<EndpointId>(found - entries.begin());
}

void Server::start() {
    crew_.run(autoscaler_->run(*fleet_));
}

void Server::dismiss() {
    crew_.dismiss();
    autoscaler_.reset();
    fleet_->dismiss();
}

std::span<Instance* const> Server::instances() {
    return fleet_->instances();
}

void Server::watch(Membership& membership) {
    fleet_->watch(membership);
}

// Of all its instances together.
std::optional<double> Server::reading(std::string_view name) const {
    double in_flight = 0;
    double waiting = 0;
    for (const Workload::Unit& unit : fleet_->units()) {
        in_flight += static_cast<double>(unit.vitals.in_flight);
        waiting += static_cast<double>(unit.vitals.waiting);
    }
    if (name == "in_flight") return in_flight;
    if (name == "waiting") return waiting;
    return std::nullopt;
}

// A call to the node itself; a pool calls the instance it has picked.
Reply Server::call(Request request) {
    if (backends_.empty()) {
        Presence here(context_);
        co_return here.leave({Outcome::failed, Cause::no_backend});
    }
    Backends::Placed placed = backends_.place(request);
    const Response response = co_await placed.instance().call(request);
    placed.answered(response);
    co_return response;
}

Reply Server::Entrance::call(Request request) {
    return server.fleet_->at(request.caller).enter(request);
}

void Server::begin_measuring() {
    fleet_->begin_measuring();
}

void Server::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    std::size_t visits_peak = 0;
    std::size_t waiting_peak = 0;
    std::uint64_t deaths = 0;
    double busy = 0;
    for (std::size_t index = 0; index < fleet_->count(); ++index) {
        const ServerInstance& server = fleet_->at(index);
        const double busy_here = sim::seconds(server.busy());
        busy += busy_here;
        record.machines.push_back({fmt::format("{}[{}]", context_.name, index), server.requests(),
                                   measured > 0 ? busy_here / (spec_.cores * measured) : 0});
        visits_peak = std::max(visits_peak, server.visits_peak());
        waiting_peak = std::max(waiting_peak, server.waiting_peak());
        deaths += server.deaths();
    }
    const double core_seconds = fleet_->core_seconds();
    record.utilisation = core_seconds > 0 ? busy / core_seconds : 0;
    record.waiting_peak = waiting_peak;
    const double memory_peak =
        static_cast<double>(spec_.base_memory.count) +
        static_cast<double>(spec_.memory_per_request.count) * static_cast<double>(visits_peak);
    record.measures.push_back(
        {"memory_peak", "1", memory_peak / static_cast<double>(spec_.memory.count)});
    record.measures.push_back({"out_of_memory", "", static_cast<double>(deaths)});
    fleet_->report(record, spec_.price);
}

}  // namespace models
