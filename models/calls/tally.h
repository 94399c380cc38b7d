// A number that a model counts up among its node's measures, from the end of the warm-up on.
//
// Two of one node that count the same thing, as two calls that are retried, count together.
#pragma once

#include <string_view>

#include "models/context.h"

namespace models {

class Tally {
public:
    // Known before the run, whether or not anything will be counted.
    Tally(const Context& context, std::string_view name, std::string_view unit = "");

    void add(double amount = 1) {
        if (recorder_.measured_from() <= scheduler_.now()) {
            meter_.record().measures[index_].value += amount;
        }
    }

private:
    sim::Scheduler& scheduler_;
    sim::Recorder& recorder_;
    sim::Meter& meter_;
    std::size_t index_;  // not a pointer: others append to the measures
};

}  // namespace models
