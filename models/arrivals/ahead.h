// Arrivals drawn ahead: no process looks at the system, and many in a row cost less than each amid
// everything else.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include "models/arrivals/arrival_process.h"

namespace models {

class Ahead {
public:
    explicit Ahead(std::unique_ptr<ArrivalProcess> process) : process_(std::move(process)) {}

    // What comes next, until it is taken.
    const Arrival& next() {
        if (at_ == end_) [[unlikely]]
            draw();
        return batch_[at_];
    }
    void take() { ++at_; }

private:
    void draw() {
        at_ = 0;
        end_ = process_->draw(batch_);
    }

    std::unique_ptr<ArrivalProcess> process_;
    std::array<Arrival, 64> batch_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
};

}  // namespace models
