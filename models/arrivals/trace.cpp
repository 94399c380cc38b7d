#include "models/arrivals/trace.h"

#include <algorithm>

namespace models {

TraceArrivals::TraceArrivals(const Spec& spec, const ArrivalPlan& plan) : trace_(spec.file.trace) {
    if (trace_ == nullptr) return;
    sim::Draws draws = plan.draws;
    for (const TracedRequest& request : trace_->requests) {
        const double late =
            spec.spread > sim::Duration::zero() ? draws.uniform() * sim::seconds(spec.spread) : 0;
        const sim::Duration at =
            spec.speed == 1 ? request.at : sim::from_seconds(sim::seconds(request.at) / spec.speed);
        arrivals_.push_back({at + sim::from_seconds(late), true, &request});
    }
    std::ranges::stable_sort(arrivals_, {}, &Arrival::at);
}

Arrival TraceArrivals::next() {
    return at_ < arrivals_.size() ? arrivals_[at_++] : Arrival::never();
}

}  // namespace models
