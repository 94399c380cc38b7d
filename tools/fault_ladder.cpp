#include "tools/fault_ladder.h"

#include <algorithm>
#include <chrono>

namespace tools {

namespace {

constexpr int kFinest = 64;  // of the longest time: how exactly the shortest is told

sim::Duration middle(sim::Duration low, sim::Duration high) {
    const sim::Duration half = low + (high - low) / 2;
    const auto whole = std::chrono::floor<std::chrono::milliseconds>(half);
    return whole > low ? sim::Duration(whole) : half;
}

}  // namespace

FaultLadder::FaultLadder(std::uint32_t most, sim::Duration longest, bool has_length)
    : fewest_(most),
      shortest_(longest),
      finest_(std::max(longest / kFinest, sim::Duration(1))),
      has_length_(has_length) {}

FaultLadder::Step FaultLadder::next() const {
    if (state_ == State::number) return {too_few_ + (fewest_ - too_few_) / 2, shortest_};
    if (state_ == State::time) return {fewest_, middle(harmless_, shortest_)};
    return {fewest_, shortest_};
}

void FaultLadder::tell(bool breaks) {
    const Step step = next();
    if (state_ == State::all) {
        state_ = breaks ? State::number : State::never;
    } else if (state_ == State::number) {
        (breaks ? fewest_ : too_few_) = step.instances;
    } else if (state_ == State::time) {
        (breaks ? shortest_ : harmless_) = step.lasts;
    }
    narrow();
}

void FaultLadder::narrow() {
    if (state_ == State::number && fewest_ - too_few_ <= 1) state_ = State::time;
    if (state_ == State::time && (!has_length_ || shortest_ - harmless_ <= finest_)) {
        state_ = State::done;
    }
}

}  // namespace tools
