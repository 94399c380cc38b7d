// Controlled delay: while the line never empties, nobody may wait long in it.
//
// Maurer, "Fail at scale", ACM Queue 13(8), 2015, Facebook's simplification of CoDel for requests:
// a request that comes to a line that was empty at some time in the last `interval` may wait for as
// long as that, any other only for `target`. So bursts are let through, and a standing line is not.
#pragma once

#include <chrono>
#include <tuple>

#include "models/shedding/shedder.h"
#include "models/spec/declaration/spec.h"

namespace models {

class ControlledDelay final : public Shedder {
public:
    struct Spec {
        static constexpr std::string_view kind = "controlled_delay";
        static constexpr std::string_view doc =
            "Controlled delay: a short limit on waits while the queue has not been empty lately "
            "(Facebook).";
        sim::Duration target = std::chrono::milliseconds(5);
        sim::Duration interval = std::chrono::milliseconds(100);
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("target", &Spec::target, at_least(sim::Duration::zero()),
                                    "Longest wait while the queue does not empty (M)."),
                              param("interval", &Spec::interval, at_least(sim::Duration::zero()),
                                    "Longest wait otherwise, and how recently the queue must have "
                                    "been empty for that (N).")};
        }
    };

    ControlledDelay(const Spec& spec, std::uint64_t) : spec_(spec) {}

    sim::Duration patience(sim::Time now, std::size_t waiting) override {
        if (waiting == 0) last_empty_ = now;
        return now - last_empty_ > spec_.interval ? spec_.target : spec_.interval;
    }
    bool drops(sim::Time now, sim::Duration, std::size_t waiting) override {
        if (waiting == 0) last_empty_ = now;
        return false;
    }

private:
    Spec spec_;
    sim::Time last_empty_{};
};

}  // namespace models
