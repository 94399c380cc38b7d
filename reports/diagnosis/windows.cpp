#include "reports/diagnosis/windows.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "reports/statistics/step_quantile.h"

namespace reports {

namespace {

constexpr double kWrongShare = 0.01;  // of the requests that ended failed
constexpr double kSlower = 3;         // than the calm, by this factor
constexpr double kSteady = 100;       // requests a stretch, so that its 95th percentile is steady
constexpr double kGap = 2;            // stretches that go well within one window
constexpr std::size_t kTail = 3;      // stretches: what is shorter just runs out
constexpr double kSurge = 1.5;        // times the requests of the calm: a surge
constexpr double kUsual = 1.2;        // at most so many: it is over

// Slices taken together, so that each has enough requests to be judged by.
struct Judged {
    Stretch when;
    sim::Slice sum;
    double p95_s = 0;

    double failed() const { return static_cast<double>(sum.finished - sum.succeeded); }
    bool is_silent() const { return sum.arrived > 0 && sum.finished == 0; }
    double arrivals() const { return sum.arrived / static_cast<double>(when.size()); }
    bool is_slow(double limit_s) const { return sum.finished > 0 && p95_s > limit_s; }
    bool is_wrong(double limit_s) const {
        return is_silent() || is_slow(limit_s) || failed() > kWrongShare * sum.finished;
    }
};

std::vector<Judged> stretches_of(const sim::NodeRecord& client, Stretch measured) {
    const sim::Slice all = sim::sum_of(client.slices, measured.first, measured.end);
    const double each = all.finished / std::max<double>(1, static_cast<double>(measured.size()));
    const auto most = std::max<std::size_t>(1, measured.size() / 12);
    const auto width = std::clamp<std::size_t>(
        each > 0 ? static_cast<std::size_t>(std::ceil(kSteady / each)) : most, 1, most);
    std::vector<Judged> found;
    for (std::size_t first = measured.first; first < measured.end; first += width) {
        const Stretch when{first, std::min(first + width, measured.end)};
        const sim::Slice sum = sim::sum_of(client.slices, when.first, when.end);
        const double p95_s =
            sum.finished > 0 ? step_quantile_s(sum.by_latency, 0.95, sum.slowest_us * 1e-6) : 0;
        found.push_back({when, sum, std::isfinite(p95_s) ? p95_s : sum.slowest_us * 1e-6});
    }
    return found;
}

// The lower quartile: most of a run may be wrong.
double calm_latency_s(const std::vector<Judged>& stretches) {
    std::vector<double> latencies;
    for (const Judged& each : stretches) {
        if (each.sum.succeeded > 0) latencies.push_back(each.p95_s);
    }
    if (latencies.empty()) return std::numeric_limits<double>::infinity();
    std::ranges::sort(latencies);
    return latencies[latencies.size() / 4];
}

// Requests a slice while nothing was wrong; nothing when something always was.
double calm_arrivals(const std::vector<Judged>& stretches, double limit_s) {
    double sum = 0;
    double slices = 0;
    for (const Judged& each : stretches) {
        if (each.is_wrong(limit_s)) continue;
        sum += each.sum.arrived;
        slices += static_cast<double>(each.when.size());
    }
    return slices > 0 ? sum / slices : 0;
}

const Event* failure_that_ends(const std::vector<Event>& events, Stretch when, double slice_s) {
    const auto found = std::ranges::find_if(events, [&](const Event& event) {
        return event.is_failure && event.is_over &&
               event.to_s >= static_cast<double>(when.first) * slice_s &&
               event.to_s < static_cast<double>(when.end) * slice_s;
    });
    return found == events.end() ? nullptr : &*found;
}

}  // namespace

std::vector<Window> windows_of(const sim::Recording& recording, const sim::NodeRecord& client,
                               const std::vector<Event>& events, Stretch measured,
                               bool cuts_surges) {
    const std::vector<Judged> stretches = stretches_of(client, measured);
    const double limit_s = kSlower * calm_latency_s(stretches);
    const double usual = cuts_surges ? calm_arrivals(stretches, limit_s) : 0;
    const double slice_s = sim::seconds(recording.slice);
    std::vector<Window> found;
    double surge = 0;  // the most requests of the window, until they are as many as usual again
    for (const Judged& each : stretches) {
        if (!each.is_wrong(limit_s)) continue;
        const double harmed =
            each.is_slow(limit_s) ? each.sum.finished : each.failed() + each.is_silent();
        const auto width = static_cast<double>(each.when.size());
        const bool goes_on =
            !found.empty() && static_cast<double>(each.when.first) <=
                                  static_cast<double>(found.back().when.end) + kGap * width;
        if (!goes_on) surge = 0;
        surge = std::max(surge, each.arrivals());
        const Event* const healed = failure_that_ends(events, each.when, slice_s);
        const bool is_usual =
            usual > 0 && surge > kSurge * usual && each.arrivals() <= kUsual * usual;
        if (goes_on && healed == nullptr && !is_usual) {
            found.back().when.end = each.when.end;
            found.back().harmed += harmed;
        } else {
            found.push_back({each.when, harmed, goes_on, healed, is_usual ? surge / usual : 0});
        }
        if (is_usual) surge = 0;
    }
    const std::size_t width = stretches.empty() ? 1 : stretches.front().when.size();
    std::erase_if(found, [&](const Window& window) {
        return window.is_tail && window.when.size() < kTail * width;
    });
    return found;
}

std::vector<Stretch> calm_of(const std::vector<Window>& windows, Stretch measured) {
    std::vector<Stretch> calm;
    std::size_t from = measured.first;
    for (const Window& window : windows) {
        if (window.when.first > from) calm.push_back({from, window.when.first});
        from = std::max(from, window.when.end);
    }
    if (from < measured.end) calm.push_back({from, measured.end});
    return calm;
}

}  // namespace reports
