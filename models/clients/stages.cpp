#include "models/clients/stages.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace models {

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

}  // namespace

RateCurve::RateCurve(sim::Rate start, const std::vector<Stage>& stages) {
    double time = 0;
    double events = 0;
    double rate = start.per_second;
    for (const Stage& stage : stages) {
        const double length = sim::seconds(stage.duration);
        const double target = stage.target.per_second;
        if (length > 0) {
            const double holds = (rate + target) / 2 * length;
            pieces_.push_back({time, length, rate, (target - rate) / length, events, holds});
            time += length;
            events += holds;
        }
        rate = target;
    }
    pieces_.push_back({time, kInfinite, rate, 0, events, rate > 0 ? kInfinite : 0});
}

// Within a piece: from * t + slope * t^2 / 2 = events; the root without cancellation.
double RateCurve::time_of(double events) {
    while (at_ < pieces_.size() && events > pieces_[at_].events + pieces_[at_].holds) ++at_;
    if (at_ == pieces_.size()) return kInfinite;
    const Piece& piece = pieces_[at_];
    const double wanted = events - piece.events;
    const double root =
        std::sqrt(std::max(0.0, piece.from * piece.from + 2 * piece.slope * wanted));
    const double divisor = piece.from + root;
    return piece.begins + (divisor > 0 ? std::min(2 * wanted / divisor, piece.length) : 0);
}

double RateCurve::highest_rate() const {
    double highest = 0;
    for (const Piece& piece : pieces_) {
        highest = std::max(highest, piece.from);
        if (piece.slope > 0) highest = std::max(highest, piece.from + piece.slope * piece.length);
    }
    return highest;
}

}  // namespace models
