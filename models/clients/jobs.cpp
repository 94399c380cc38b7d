#include "models/clients/jobs.h"

#include "sim/sleep.h"

namespace models {

// A job is nobody's request: users do not wait for it.
Jobs::Jobs(const Spec& spec, const Context& context)
    : spec_(spec), context_(context), client_(spec, context), firings_(context, "firings") {
    context.meter.record().is_client = false;
}

// A story: a few firings, at times that are looked up in a calendar.
sim::Task<void> Jobs::keep_time() {
    const CalendarTime starts = context_.world.starts;
    CalendarTime last{starts.seconds - 1};
    while (const auto at = spec_.schedule.after(last)) {
        last = *at;
        co_await sim::sleep_until(context_.scheduler(),
                                  sim::Time(std::chrono::seconds(at->seconds - starts.seconds)));
        fire();
    }
}

void Jobs::fire() {
    firings_.add();
    Node& node = context_.world.directory.node(spec_.calls.list.front().to.node);
    const auto instances = node.instances();
    if (!spec_.on_each_instance || instances.empty()) {
        client_.send({number_++, context_.now(), 0});
        return;
    }
    for (std::size_t i = 0; i < instances.size(); ++i) {
        Instance& instance = *instances[i];
        if (instance.is_up()) client_.send({number_++, context_.now(), i, nullptr, &instance});
    }
}

}  // namespace models
