#include "models/pools/stale_loads.h"

#include "sim/sleep.h"

namespace models {

void StaleLoads::start(const Context& context, sim::Duration age, std::vector<Targets*> views) {
    views_ = std::move(views);
    for (Targets* view : views_) view->backends().show_loads_live(false);
    crew_.run(update(context.scheduler(), age));
}

sim::Task<void> StaleLoads::update(sim::Scheduler& scheduler, sim::Duration age) {
    for (;;) {
        co_await sim::sleep(scheduler, age);
        for (BackendId id = 0; id < views_.front()->size(); ++id) {
            std::uint32_t active = 0;
            for (const Targets* view : views_) active += view->backends().active(id);
            for (Targets* view : views_) view->backends().show_load(id, active);
        }
    }
}

}  // namespace models
