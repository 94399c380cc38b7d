// An API gateway: one entry point, which routes by path and filters on the way.
//
// The way of a request is in gateway_program.h. A caller names the path that it asks for as an
// endpoint, "gateway./api/users/7", and each path that anybody asks for has a number here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/gateways/gateway_instance.h"
#include "models/gateways/gateway_spec.h"
#include "models/node.h"

namespace models {

class GatewayProgram;

class Gateway final : public Node, public Service, public FilterHost {
public:
    using Spec = GatewaySpec;

    Gateway(const Spec& spec, const Context& context);
    ~Gateway() override;

    void connect() override;
    void begin_measuring() override;
    void finish() override;
    Service* service() override { return this; }
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override { return addresses_; }

    Go enter(Call& call) override;
    Reply call(Request request) override;

    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    GatewayInstance& at(std::uint32_t instance) { return *instances_[instance]; }
    // A call of that instance.
    Go come(Call& call, std::uint32_t instance, PlaceId place);

    // Of a path that was asked for; none: no route fits.
    std::optional<std::size_t> route_of(EndpointId path) const { return asked_[path].route; }

    sim::Cpu& cores_of(std::uint32_t instance) override { return instances_[instance]->cpu(); }
    std::string_view path_of(EndpointId path) const override { return asked_[path].path; }

private:
    struct Asked {
        std::string path;
        std::optional<std::size_t> route;
    };

    GatewayInstance& next();
    void add_resources();

    Spec spec_;
    Context context_;
    mutable std::vector<Asked> asked_;  // by number; the first is "/", of who names none
    std::vector<std::unique_ptr<GatewayInstance>> instances_;
    std::vector<Instance*> addresses_;  // the same
    std::unique_ptr<GatewayProgram> program_;
    std::size_t turn_ = 0;
};

}  // namespace models
