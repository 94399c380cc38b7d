// A world without a scenario: for tests of blocks and what is made of them.
#pragma once

#include <cstdlib>

#include "models/blocks/ask.h"
#include "models/context.h"
#include "models/service.h"
#include "sim/crew.h"
#include "sim/recorder.h"

namespace support {

class BlockWorld {
public:
    ~BlockWorld() {
        world.calls.dismiss();
        world.abandoned.dismiss();
    }

    struct Nobody final : models::Directory {
        models::Node& node(std::string_view) const override { std::abort(); }
    };

    sim::Scheduler scheduler;
    sim::Recorder recorder{scheduler, std::chrono::seconds(1)};
    Nobody nobody;
    models::World world{scheduler, recorder, {1, 0}, nobody, {}};
    models::Context context{world, "node", recorder.add_node("node", "test")};
};

// A service whose program begins with that block; its outermost goes back to Return.
class BlockService final : public models::Service {
public:
    BlockService(models::World& world, models::Block& first) : world_(world), first_(first) {}
    models::Go enter(models::Call&) override { return {&first_, models::Way::enter}; }
    models::Reply call(models::Request request) override {
        co_return co_await models::ask(world_, *this, request);
    }

private:
    models::World& world_;
    models::Block& first_;
};

}  // namespace support
