// A pool's mechanisms without the rest of a system: targets that answer as a test says, and time.
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <deque>
#include <memory>

#include "models/balancers/round_robin.h"
#include "models/pools/targets.h"
#include "tests/support/fake_server.h"

namespace support {

class PoolBench {
public:
    explicit PoolBench(std::size_t count, double panic_threshold = 0, std::uint32_t backups = 0,
                       models::BalancerChoice choice = models::RoundRobin::Spec{})
        : balancer(std::move(choice)),
          targets({balancer, weights, backups, panic_threshold, std::chrono::seconds(300)},
                  context) {
        for (std::size_t i = 0; i < count; ++i) add();
        targets.complete();
    }

    models::BackendId add() {
        return targets.add(instances.emplace_back(), {std::to_string(instances.size()), "web"});
    }

    void play_until(sim::Duration time) { scheduler.run_until(sim::Time(time)); }

    // The targets that take requests, as "0 2 3".
    std::string serving() {
        std::string text;
        for (models::BackendId id = 0; id < targets.size(); ++id) {
            if (!targets.backends().servable(id)) continue;
            text += (text.empty() ? "" : " ") + std::to_string(id);
        }
        return text;
    }

    struct Nobody final : models::Directory {
        models::Node& node(std::string_view) const override { std::abort(); }
    };

    sim::Scheduler scheduler;
    sim::Recorder recorder{scheduler, std::chrono::seconds(1)};
    Nobody nobody;
    models::World world{scheduler, recorder, {1, 0}, nobody, {}};
    models::Context context{world, "front", recorder.add_node("front", "pool")};
    std::vector<double> weights;
    models::BalancerChoice balancer;
    std::deque<FakeInstance> instances;
    models::Targets targets;
};

}  // namespace support
