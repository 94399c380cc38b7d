// What failures change and heal: whether an instance is up, and how fast it works.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <vector>

namespace models {

// Counts the reasons to be down; up again when every one of them is gone.
class UpState {
public:
    bool is_up() const { return reasons_ == 0; }
    // True when this made the difference.
    bool take_down() {
        times_down_ += reasons_ == 0;
        return reasons_++ == 0;
    }
    bool bring_up() {
        assert(reasons_ > 0);
        return --reasons_ == 0;
    }

    // How often it went down.
    std::uint32_t times_down() const { return times_down_; }

private:
    std::uint32_t reasons_ = 0;
    std::uint32_t times_down_ = 0;
};

// The slow-downs in force. The speed is worked out anew from those that are left, in the order they
// came, so that when all have healed it is exactly 1 again.
class SpeedState {
public:
    double slow_down(double factor) {
        factors_.push_back(factor);
        return speed();
    }
    double speed_up(double factor) {
        const auto found = std::find(factors_.begin(), factors_.end(), factor);
        assert(found != factors_.end());
        factors_.erase(found);
        return speed();
    }

    // What it is without any slow-down; the speed then.
    double set_base(double base) {
        base_ = base;
        return speed();
    }
    // Stands still, whatever else, until as many reasons to have gone as came.
    double pause(bool paused) {
        pauses_ += paused ? 1 : -1;
        return speed();
    }
    bool is_slow() const { return !factors_.empty(); }

private:
    double speed() const {
        double speed = pauses_ > 0 ? 0 : base_;
        for (const double factor : factors_) speed /= factor;
        return speed;
    }

    double base_ = 1;
    int pauses_ = 0;
    std::vector<double> factors_;
};

}  // namespace models
