// Policies around a call to a service, as on an edge, without a scenario.
#pragma once

#include <chrono>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include "models/blocks/ask.h"
#include "models/calls/send.h"
#include "models/calls/stack.h"

namespace support {

// A world of one node, which knows nobody else.
struct SmallWorld {
    struct Nobody final : models::Directory {
        models::Node& node(std::string_view) const override { std::abort(); }
    };

    explicit SmallWorld(std::uint64_t seed = 1)
        : world{scheduler, recorder, {seed, 0}, nobody, {}} {}

    Nobody nobody;
    sim::Scheduler scheduler;
    sim::Recorder recorder{scheduler, std::chrono::seconds(1)};
    models::World world;
    models::Context context{world, "callers", recorder.add_node("callers", "test")};
};

class Guarded final : public models::Service {
public:
    // `around` is what there is around the policies.
    Guarded(SmallWorld& small, const std::vector<models::PolicyChoice>& policies,
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
