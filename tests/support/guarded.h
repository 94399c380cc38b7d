// Policies around a call to a service, as on an edge, without a scenario.
#pragma once

#include <utility>
#include <vector>

#include "models/blocks/ask.h"
#include "models/calls/send.h"
#include "models/calls/stack.h"
#include "tests/support/block_world.h"

namespace support {

class Guarded final : public models::Service {
public:
    // `around` is what there is around the policies.
    Guarded(BlockWorld& small, const std::vector<models::PolicyChoice>& policies,
            models::Service& service, models::Scopes around = models::Scopes())
        : world_(small.world), scopes_(std::move(around)) {
        sim::Meter& meter = small.context.meter;
        models::add_policies(scopes_, policies, small.context);
        scopes_.add<models::Send>(meter, meter.calls("service"), service);
    }

    models::Go enter(models::Call&) override { return scopes_.enter(); }
    models::Reply call(models::Request request) override {
        co_return co_await models::ask(world_, *this, request);
    }

private:
    models::World& world_;
    models::Scopes scopes_;
};

}  // namespace support
