// A world without a scenario: for tests of blocks and what is made of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>

#include "models/context.h"
#include "sim/recorder.h"

namespace support {

class BlockWorld {
public:
    explicit BlockWorld(std::uint64_t seed = 1, const char* name = "node")
        : world{scheduler, recorder, {seed, 0}, nobody, {}},
          context{world, name, recorder.add_node(name, "test")} {}
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
    models::World world;
    models::Context context;
};

}  // namespace support
