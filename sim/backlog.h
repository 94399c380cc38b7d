// How many wait, over time, in lines that the resource they wait for does not see itself.
#pragma once

#include <cstdint>

#include "sim/area.h"
#include "sim/resource.h"
#include "sim/time.h"

namespace sim {

class Backlog {
public:
    void change(std::int64_t by, Time now) {
        waited_.change(by, now);
        waiting_ += by;
    }
    // They wait as those do whom the resource sees.
    void add_to(Use& use, Time now) const {
        use.waiting += waited_.until(now, static_cast<std::uint64_t>(waiting_));
    }

private:
    Area waited_;
    std::int64_t waiting_ = 0;
};

}  // namespace sim
