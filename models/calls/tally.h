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
        if (counts()) value() += amount;
    }

    // The first value there was, the last, or the highest.
    void first(double value) {
        if (counts() && this->value() == 0) this->value() = value;
    }
    void last(double value) {
        if (counts()) this->value() = value;
    }
    void at_least(double value) {
        if (counts() && this->value() < value) this->value() = value;
    }

    // Adds during the warm-up, too: what is a state, and no count.
    void always(double difference) { value() += difference; }

    double value() const { return meter_.measure(index_); }

private:
    bool counts() const { return recorder_.measured_from() <= scheduler_.now(); }
    double& value() { return meter_.measure(index_); }

    sim::Scheduler& scheduler_;
    sim::Recorder& recorder_;
    sim::Meter& meter_;
    std::size_t index_;  // not a pointer: others append to the measures
};

}  // namespace models
