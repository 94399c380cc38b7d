#include "models/servers/server.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/servers/server_instance.h"

namespace models {

Server::Server(const Spec& spec, const Context& context)
    : spec_(spec), context_(context), backends_(spec.balancer, context) {
    for (std::uint32_t index = 0; index < spec.replicas; ++index) {
        servers_.push_back(std::make_unique<ServerInstance>(*this, index));
        backends_.add(*servers_.back());
    }
}

Server::~Server() = default;

void Server::connect() {
    for (const auto& [name, steps] : spec_.endpoints) {
        endpoints_.push_back({context_.stream("demand of " + name), compile(steps, context_)});
    }
}

std::optional<EndpointId> Server::endpoint(std::string_view name) const {
    const auto& entries = spec_.endpoints.entries;
    const auto found =
        std::ranges::find_if(entries, [&](const auto& entry) { return entry.first == name; });
    if (found == entries.end()) return std::nullopt;
    return static_cast<EndpointId>(found - entries.begin());
}

// A call to the node itself; a pool calls the instance it has picked.
Reply Server::call(Request request) {
    Backends::Placed placed = backends_.place(request);
    const Response response = co_await placed.instance().call(request);
    placed.answered(response);
    co_return response;
}

void Server::begin_measuring() {
    for (const auto& server : servers_) server->begin_measuring();
}

void Server::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    const double cores = static_cast<double>(spec_.cores) * spec_.replicas;
    std::size_t visits_peak = 0;
    std::size_t waiting_peak = 0;
    std::uint64_t deaths = 0;
    double busy = 0;
    for (const auto& server : servers_) {
        const double busy_here = sim::seconds(server->busy());
        busy += busy_here;
        record.machines.push_back({fmt::format("{}[{}]", context_.name, record.machines.size()),
                                   server->requests(),
                                   measured > 0 ? busy_here / (spec_.cores * measured) : 0});
        visits_peak = std::max(visits_peak, server->visits_peak());
        waiting_peak = std::max(waiting_peak, server->waiting_peak());
        deaths += server->deaths();
    }
    record.instances = spec_.replicas;
    record.utilisation = measured > 0 ? busy / (cores * measured) : 0;
    record.waiting_peak = waiting_peak;
    record.cost_usd = spec_.price.usd_per_hour * spec_.replicas * measured / 3600;
    const double memory_peak =
        static_cast<double>(spec_.base_memory.count) +
        static_cast<double>(spec_.memory_per_request.count) * static_cast<double>(visits_peak);
    record.measures.push_back(
        {"memory_peak", "1", memory_peak / static_cast<double>(spec_.memory.count)});
    record.measures.push_back({"out_of_memory", "", static_cast<double>(deaths)});
}

}  // namespace models
