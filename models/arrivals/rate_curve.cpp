#include "models/arrivals/rate_curve.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace models {

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

}  // namespace

RateCurve::RateCurve(const std::vector<Line>& lines, double last, After after, double offset)
    : offset_(offset) {
    double time = 0;
    double events = 0;
    for (const Line& line : lines) {
        if (!(line.length > 0)) continue;
        const double holds = (line.from + line.to) / 2 * line.length;
        pieces_.push_back(
            {time, line.length, line.from, (line.to - line.from) / line.length, events, holds});
        time += line.length;
        events += holds;
    }
    repeats_ = after == After::repeats && events > 0;
    round_ = time;
    round_events_ = events;
    if (!repeats_) {
        const double rest = after == After::repeats ? 0 : last;
        pieces_.push_back({time, kInfinite, rest, 0, events, rest > 0 ? kInfinite : 0});
    }
    offset_events_ = offset > 0 ? events_by(0) : 0;
    for (const Piece& piece : pieces_) {
        highest_rate_ = std::max(highest_rate_, piece.from);
        if (piece.slope > 0) {
            highest_rate_ = std::max(highest_rate_, piece.from + piece.slope * piece.length);
        }
    }
    is_flat_ = !repeats_ && pieces_.size() == 1 && highest_rate_ > 0;
}

double RateCurve::time_on_lines(double events) const {
    const double wanted = events + offset_events_;
    if (!repeats_) return time_within(wanted) - offset_;
    const double rounds = std::floor(wanted / round_events_);
    const double rest = std::clamp(wanted - rounds * round_events_, 0.0, round_events_);
    return rounds * round_ + time_within(rest) - offset_;
}

double RateCurve::events_by(double time) const {
    const double until = time + offset_;
    if (!repeats_) return events_within(until) - offset_events_;
    const double rounds = std::floor(until / round_);
    const double rest = std::clamp(until - rounds * round_, 0.0, round_);
    return rounds * round_events_ + events_within(rest) - offset_events_;
}

// Within a piece: from * t + slope * t^2 / 2 = events; the root without cancellation.
double RateCurve::time_within(double events) const {
    const auto piece = std::ranges::find_if(
        pieces_, [&](const Piece& each) { return events <= each.events + each.holds; });
    if (piece == pieces_.end()) return repeats_ ? round_ : kInfinite;
    const double wanted = events - piece->events;
    if (piece->slope == 0 && piece->from > 0) {
        return piece->begins + std::min(wanted / piece->from, piece->length);
    }
    const double root =
        std::sqrt(std::max(0.0, piece->from * piece->from + 2 * piece->slope * wanted));
    const double divisor = piece->from + root;
    return piece->begins + (divisor > 0 ? std::min(2 * wanted / divisor, piece->length) : 0);
}

double RateCurve::events_within(double time) const {
    const auto after = std::ranges::upper_bound(pieces_, time, {}, &Piece::begins);
    if (after == pieces_.begin()) return 0;
    const Piece& piece = *(after - 1);
    const double in = std::min(time - piece.begins, piece.length);
    if (piece.from == 0 && piece.slope == 0) return piece.events;
    return piece.events + (piece.from + piece.slope * in / 2) * in;
}

double RateCurve::most_events() const {
    if (repeats_) return kInfinite;
    return pieces_.back().events + pieces_.back().holds - offset_events_;
}

}  // namespace models
