// Whom callers of a cache's machine have left out of theirs, as it did not answer them.
//
// Each calling instance counts for itself, as twemproxy does (auto_eject_hosts): after so many
// failures in a row the machine is left out for a time, whether or not it is back; then one failure
// more leaves it out again, and an answer is a new beginning.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "sim/time.h"

namespace models {

class Ejections {
public:
    struct Rule {
        std::uint32_t after;  // failures in a row; 0: never
        sim::Duration lasts;
    };

    bool is_out(std::uint32_t caller, sim::Time now) const {
        if (callers_.empty()) return false;
        const auto found = callers_.find(caller);
        return found != callers_.end() && now < found->second.out_until;
    }

    // True when this failure leaves it out.
    bool failed(std::uint32_t caller, sim::Time now, const Rule& rule) {
        Known& known = callers_[caller];
        if (known.out_until > now || ++known.failures < rule.after || rule.after == 0) return false;
        known.out_until = now + rule.lasts;
        return true;
    }

    void answered(std::uint32_t caller) {
        if (!callers_.empty()) callers_.erase(caller);
    }

private:
    struct Known {
        std::uint32_t failures = 0;
        sim::Time out_until{};
    };
    std::unordered_map<std::uint32_t, Known> callers_;  // asked by number, never gone through
};

}  // namespace models
