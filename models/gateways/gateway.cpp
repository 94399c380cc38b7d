#include "models/gateways/gateway.h"

#include <algorithm>

#include "models/blocks/ask.h"
#include "models/gateways/gateway_program.h"
#include "models/network/links.h"
#include "models/used.h"

namespace models {

Gateway::Gateway(const Spec& spec, const Context& context) : spec_(spec), context_(context) {
    asked_.push_back({"/", spec_.route_of("/")});
    Links* const network = context_.world.network;
    for (std::uint32_t index = 0; index < spec_.replicas; ++index) {
        const PlaceId place =
            network == nullptr ? kNowhere : network->place_of(context_.name, index);
        instances_.push_back(std::make_unique<GatewayInstance>(*this, index, place));
        addresses_.push_back(instances_.back().get());
    }
    add_resources();
}

Gateway::~Gateway() = default;

void Gateway::add_resources() {
    context_.meter.resource("cores", [this](sim::Time, sim::Uses& uses) {
        for (const auto& each : instances_) uses.push_back(each->cpu().use());
    });
    context_.meter.resource("connections", [this](sim::Time, sim::Uses& uses) {
        for (const auto& each : instances_) uses.push_back(each->connections().use());
    });
}

void Gateway::connect() {
    program_ = std::make_unique<GatewayProgram>(*this);
}

// Whoever names a path has a number for it from then on.
std::optional<EndpointId> Gateway::endpoint(std::string_view name) const {
    const auto known = std::ranges::find(asked_, name, &Asked::path);
    const auto id = static_cast<EndpointId>(known - asked_.begin());
    if (known == asked_.end()) asked_.push_back({std::string(name), spec_.route_of(name)});
    return id;
}

Go Gateway::enter(Call& call) {
    return next().enter(call);
}

Reply Gateway::call(Request request) {
    co_return co_await ask(context_.world, *this, request);
}

// Each in turn. One that is known to be down is passed over, as long as there is another.
GatewayInstance& Gateway::next() {
    for (std::size_t tries = 0; tries < instances_.size(); ++tries) {
        GatewayInstance& one = *instances_[turn_++ % instances_.size()];
        if (!one.is_known_down()) return one;
    }
    return *instances_.front();
}

Go Gateway::come(Call& call, std::uint32_t instance, PlaceId place) {
    return program_->come(call, instance, place);
}

void Gateway::begin_measuring() {
    for (const auto& each : instances_) each->begin_measuring();
}

void Gateway::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    double busy = 0;
    for (const auto& each : instances_) busy += sim::seconds(each->busy());
    record.instances = spec_.replicas;
    record.utilisation = measured > 0 ? busy / (measured * spec_.cores * spec_.replicas) : 0;
    use_instances(context_, spec_.price, spec_.replicas);
}

}  // namespace models
