// How many calls at a time are good for a callee, learnt from how long they take: arithmetic on
// samples, with no clock in it. As in Netflix' concurrency-limits, whose classes the members are.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/time.h"

namespace models {

// A call that has ended.
struct CallSample {
    sim::Duration took{};
    std::uint32_t in_flight = 1;  // when it began, itself included
    bool dropped = false;         // timed out, or turned away by the callee
};

class ConcurrencyLimit {
public:
    static constexpr std::string_view family = "concurrency_limits";
    static constexpr std::string_view family_doc =
        "Concurrency limits: how many calls may be in flight, learnt from their latencies.";

    virtual ~ConcurrencyLimit() = default;

    virtual std::uint32_t limit() const = 0;
    virtual void add(const CallSample& sample) = 0;
};

}  // namespace models
