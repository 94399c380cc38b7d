// The network on one edge: a delay each way.
#pragma once

#include <string>

#include "models/context.h"
#include "models/service.h"
#include "sim/distribution.h"

namespace models {

class NetworkLink final : public Service {
public:
    // `latency` is one way, in seconds.
    // `to_name` is what it is called in traces.
    NetworkLink(const Context& context, const sim::Distribution& latency, Service& to,
                std::string to_name);
    Reply call(Request request) override;

private:
    struct Ways {
        sim::Duration there;
        sim::Duration back;
    };
    Ways ways_of(const Request& request) const;
    Reply travel(Request request);
    Reply traced(Request request);

    World& world_;
    sim::Meter& meter_;
    sim::Distribution latency_;
    std::uint64_t stream_;
    Service& to_;
    std::string to_name_;
};

}  // namespace models
