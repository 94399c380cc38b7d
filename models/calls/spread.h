// How long something took, each time, among its node's measures, from the end of the warm-up on:
// any percentile can be asked for ("db.lock_wait.p(99)"), and its value is the mean. It costs a
// bucket each time, and a few words as long as nothing comes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "models/context.h"

namespace models {

class Spread {
public:
    // Known before the run, whether or not anything will take any time.
    Spread(const Context& context, std::string_view name)
        : scheduler_(context.scheduler()),
          recorder_(context.world.recorder),
          values_(std::make_shared<sim::Histogram>()) {
        context.meter.record().measures.push_back({std::string(name), "s", 0, nullptr, values_});
    }

    void add(sim::Duration took) {
        if (recorder_.measured_from() <= scheduler_.now()) values_->record(took);
    }

private:
    sim::Scheduler& scheduler_;
    sim::Recorder& recorder_;
    std::shared_ptr<sim::Histogram> values_;
};

}  // namespace models
