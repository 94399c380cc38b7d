#include "models/pools/slow_start.h"

#include <algorithm>

#include "sim/math.h"
#include "sim/sleep.h"

namespace models {

double slow_start_share(const SlowStartSpec& spec, sim::Duration since) {
    if (since >= spec.window) return 1;
    const double time = sim::seconds(since) / sim::seconds(spec.window);
    const double share = time > 0 ? sim::pow(time, 1 / spec.aggression) : 0;
    return std::max(share, spec.min_weight_percent.value);
}

void SlowStart::returned(BackendId id) {
    if (turns_.size() <= id) turns_.resize(id + 1);
    crew_.run(ramp(id, ++turns_[id]));
}

sim::Task<void> SlowStart::ramp(BackendId id, std::uint32_t turn) {
    constexpr int kSteps = 100;
    for (int step = 0; step <= kSteps && turn == turns_[id]; ++step) {
        const double share = slow_start_share(spec_, spec_.window * step / kSteps);
        constexpr double kLeast = 1e-9;  // a weight is never nothing
        targets_.backends().set_weight(id, std::max(kLeast, targets_.weight(id) * share));
        co_await sim::sleep(context_.scheduler(), spec_.window / kSteps);
    }
}

}  // namespace models
