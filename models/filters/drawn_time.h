// A time that is drawn for each request by a stream of its own, or the same for all.
#pragma once

#include <cstdint>
#include <string_view>

#include "models/context.h"
#include "models/request.h"
#include "sim/distribution.h"

namespace models {

class DrawnTime {
public:
    DrawnTime(const sim::Distribution& time, std::string_view stream, const Context& context)
        : time_(time), is_constant_(time.is_constant()) {
        sim::Draws none(0);
        if (is_constant_) {
            constant_ = time.sample_duration(none);
        } else {
            stream_ = context.stream(stream);
        }
    }

    sim::Duration of(const Request& request) const {
        if (is_constant_) return constant_;
        sim::Draws draws(sim::request_key(stream_, request.identity));
        return time_.sample_duration(draws);
    }

private:
    sim::Distribution time_;
    bool is_constant_;
    sim::Duration constant_{};
    std::uint64_t stream_ = 0;
};

}  // namespace models
