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

// Slices taken together, so that each has enough requests to be judged by.
struct Judged {
    Stretch when;
    sim::Slice sum;
    double p95_s = 0;

    double failed() const { return static_cast<double>(sum.finished - sum.succeeded); }
    bool is_silent() const { return sum.arrived > 0 && sum.finished == 0; }
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
double calm_of(const std::vector<Judged>& stretches) {
    std::vector<double> latencies;
    for (const Judged& each : stretches) {
        if (each.sum.succeeded > 0) latencies.push_back(each.p95_s);
    }
    if (latencies.empty()) return std::numeric_limits<double>::infinity();
    std::ranges::sort(latencies);
    return latencies[latencies.size() / 4];
}

}  // namespace

std::vector<Window> windows_of(const sim::Recording& recording, const sim::NodeRecord& client,
                               const std::vector<Event>& events, Stretch measured) {
    const std::vector<Judged> stretches = stretches_of(client, measured);
    const double limit = kSlower * calm_of(stretches);
    const double slice_s = sim::seconds(recording.slice);
    const auto ends_in = [&](const Stretch& when) {
        return std::ranges::any_of(events, [&](const Event& event) {
            return event.is_failure && event.is_over &&
                   event.to_s >= static_cast<double>(when.first) * slice_s &&
                   event.to_s < static_cast<double>(when.end) * slice_s;
        });
    };
    std::vector<Window> found;
    for (const Judged& each : stretches) {
        const bool is_slow = each.sum.finished > 0 && each.p95_s > limit;
        const bool fails = each.failed() > kWrongShare * each.sum.finished;
        if (!each.is_silent() && !is_slow && !fails) continue;
        const double harmed = is_slow ? each.sum.finished : each.failed() + each.is_silent();
        const auto width = static_cast<double>(each.when.size());
        const bool goes_on =
            !found.empty() && static_cast<double>(each.when.first) <=
                                  static_cast<double>(found.back().when.end) + kGap * width;
        const bool is_cut = goes_on && ends_in(each.when);
        if (goes_on && !is_cut) {
            found.back().when.end = each.when.end;
            found.back().harmed += harmed;
        } else {
            found.push_back({each.when, harmed, is_cut});
        }
    }
    const std::size_t width = stretches.empty() ? 1 : stretches.front().when.size();
    std::erase_if(found, [&](const Window& window) {
        return window.is_tail && window.when.size() < kTail * width;
    });
    return found;
}

}  // namespace reports
