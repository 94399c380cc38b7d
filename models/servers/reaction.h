// How long the first step up of an autoscaler took, from the load that was the reason to capacity
// that serves.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "models/autoscalers/workload.h"
#include "sim/recording.h"

namespace models {

class Reaction {
public:
    // The utilisation above which there should be more.
    void watch_for(double utilisation) { threshold_ = utilisation; }
    bool is_watching() const { return !decided_ && threshold_ != 0; }
    // Since when it has been so high.
    void see(double utilisation, sim::Time since) {
        if (utilisation <= threshold_) crossed_.reset();
        if (utilisation > threshold_ && !crossed_) crossed_ = since;
    }
    // There are to be more: those from this number on come for that.
    void decided(const Decision& decision, sim::Time now, PodId first) {
        if (decided_ || !crossed_) return;
        known_ = std::max(decision.known, *crossed_);
        decided_ = now;
        first_ = first;
    }
    // Whether it is the first of them that begins to serve.
    bool is_first(PodId id) const { return decided_ && !ready_ && id >= first_; }
    void ready(sim::Time now) { ready_ = now; }
    void warm(sim::Time now) { warm_ = now; }

    void report(sim::NodeRecord& record) const {
        const auto add = [&](const char* name, const std::optional<sim::Time>& from,
                             const std::optional<sim::Time>& to) {
            const double took = from && to ? sim::seconds(*to - *from) : std::nan("");
            record.measures.push_back({name, "s", took});
        };
        add("reaction_metric", crossed_, known_);
        add("reaction_sync", known_, decided_);
        add("reaction_start", decided_, ready_);
        add("reaction_warm_up", ready_, warm_);
        add("reaction_total", crossed_, warm_);
    }

private:
    double threshold_ = 0;  // 0: nobody asked
    std::optional<sim::Time> crossed_;
    std::optional<sim::Time> known_;
    std::optional<sim::Time> decided_;
    std::optional<sim::Time> ready_;
    std::optional<sim::Time> warm_;
    PodId first_ = 0;
};

}  // namespace models
