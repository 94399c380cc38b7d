// CoDel: a line that has not been short for a while drops, ever faster, until it is.
//
// Nichols and Jacobson, "Controlling queue delay" (2012); RFC 8289, section 5, with requests for
// packets. What counts is the wait of those whose turn has come: when it has been above `target`
// for a whole `interval`, one is dropped, and the next ones interval / sqrt(count) apart, until one
// waited less. A line that soon has to drop again goes on at the rate it had come to. Like the
// packets of one connection, requests that are dropped do no harm; callers that try again at once
// do.
#pragma once

#include <chrono>
#include <cstdint>
#include <tuple>

#include "models/shedding/shedder.h"
#include "models/spec/declaration/spec.h"

namespace models {

class Codel final : public Shedder {
public:
    struct Spec {
        static constexpr std::string_view kind = "codel";
        static constexpr std::string_view doc =
            "CoDel: drops more and more requests while all waits of an interval are above the "
            "target (RFC 8289).";
        sim::Duration target = std::chrono::milliseconds(5);
        sim::Duration interval = std::chrono::milliseconds(100);
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("target", &Spec::target, at_least(sim::Duration::zero()),
                      "Acceptable wait in the queue."),
                param("interval", &Spec::interval, above(sim::Duration::zero()),
                      at_most(sim::Duration(std::chrono::hours(1))),
                      "How long waits may be above the target before the first drop.")};
        }
    };

    Codel(const Spec& spec, std::uint64_t) : spec_(spec) {}

    bool drops(sim::Time now, sim::Duration waited, std::size_t waiting) override;

private:
    bool too_long_for_too_long(sim::Time now, sim::Duration waited, std::size_t waiting);
    bool begin_dropping(sim::Time now);
    sim::Time next_after(sim::Time time) const;

    Spec spec_;
    sim::Time
        first_above_{};  // when waits will have been too long for an interval; 0: they are not
    bool dropping_ = false;
    std::uint32_t count_ = 0;  // drops since it began to
    std::uint32_t last_count_ = 0;
    sim::Time drop_next_{};
    // The one behind a dropped one comes at once, in the same step of the algorithm.
    enum class After { nothing, first_drop, later_drop } after_ = After::nothing;
    sim::Time dropped_at_{};
};

}  // namespace models
