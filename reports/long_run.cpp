#include "reports/long_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reports/statistics/batch_means.h"
#include "reports/words/numbers.h"

namespace reports {

namespace {

constexpr std::uint64_t kFewestRequests = 1000;
constexpr std::size_t kMostStretches = 60;
constexpr std::uint64_t kFewestOfEach = 10;

struct Percentile {
    std::string_view name;
    double percent;
};
constexpr std::array kPercentiles = {Percentile{"p50", 50}, Percentile{"p90", 90},
                                     Percentile{"p95", 95}, Percentile{"p99", 99},
                                     Percentile{"p99_9", 99.9}};

// The users' latencies in up to 60 spans of equal time; what is left over is at the beginning.
std::vector<sim::Latencies> spans_of(const sim::Recording& recording) {
    const auto whole = static_cast<std::size_t>(recording.measured() / recording.log_interval);
    const std::size_t count = std::min(whole, kMostStretches);
    if (count == 0) return {};
    const std::size_t each = whole / count;
    std::vector<sim::Latencies> spans(count);
    for (const sim::NodeRecord& node : recording.nodes) {
        if (!node.is_client) continue;
        std::size_t next = whole - each * count;
        for (sim::Latencies& span : spans) {
            for (std::size_t i = 0; i < each; ++i, ++next) {
                node.log.add_to(span.succeeded, next);
                node.failed_log.add_to(span.failed, next);
            }
        }
    }
    return spans;
}

// What users saw end in each slice of the measured time.
struct Ended {
    std::vector<Period> succeeded;            // of those that ended
    std::vector<Period> succeeded_by_second;  // of the time it took
};

Ended ended_in(const sim::Recording& recording) {
    const auto slices = static_cast<std::size_t>(recording.simulated / recording.slice);
    const auto first = static_cast<std::size_t>(
        (recording.warm_up + recording.slice - sim::Duration(1)) / recording.slice);
    Ended ended;
    for (std::size_t slice = first; slice < slices; ++slice) {
        Period period;
        for (const sim::NodeRecord& node : recording.nodes) {
            if (!node.is_client) continue;
            const sim::Slice of_node = node.slices[slice];
            period.sum += of_node.succeeded;
            period.count += of_node.finished;
        }
        ended.succeeded.push_back(period);
        ended.succeeded_by_second.push_back({period.sum, sim::seconds(recording.slice)});
    }
    return ended;
}

// Who looks on changes nothing: an alert that fires is no change of the system.
bool is_of_alert(const sim::Incident& incident, const sim::Recording& recording) {
    return std::ranges::any_of(recording.watched, [&](const sim::Watched& each) {
        return incident.node == "alert " + each.name;
    });
}

std::string why_unsteady(const sim::Recording& recording, const Summary& summary) {
    for (const sim::Incident& incident : recording.incidents) {
        if (incident.at < sim::Time(recording.warm_up) || is_of_alert(incident, recording)) {
            continue;
        }
        return fmt::format("not in steady state: {} {} at {}", incident.node, incident.what,
                           brief(sim::seconds(incident.at.time_since_epoch())));
    }
    if (recording.slice <= sim::Duration::zero() ||
        recording.log_interval <= sim::Duration::zero()) {
        return "no time series was recorded";
    }
    if (summary.latency.count() < kFewestRequests) {
        return fmt::format("only {} requests ended, and batches need {}",
                           grouped(summary.latency.count()), grouped(kFewestRequests));
    }
    return {};
}

// Asks the batches about one figure after another, and keeps what they say.
class Asking {
public:
    explicit Asking(Summary& summary) : summary_(summary), basis_(summary.basis.emplace()) {}

    void centred(const std::string& name, double value, const std::vector<Period>& periods) {
        const auto batches = asked(name, periods);
        if (!batches) return;
        keep(name, {value - batches->half_width(), value + batches->half_width()}, *batches);
        if (name == "mean") basis_.correlation = batches->correlation;
    }

    void share(const std::string& name, const std::vector<Period>& periods) {
        const auto good = summary_.totals.of(sim::Outcome::succeeded);
        const auto bad = summary_.totals.finished() - good;
        if (good >= kFewestOfEach && bad >= kFewestOfEach) {
            centred(name, summary_.availability, periods);
        } else {
            basis_.why_not[name] =
                bad == 0 ? "no request failed" : "fewer than ten requests differ";
        }
    }

    // The share of requests below x and the share up to x: the same where latencies are continuous,
    // and both sides of a step where many are equal, as timeouts are.
    void percentile(const Percentile& which, const std::vector<sim::Latencies>& spans) {
        const std::string name(which.name);
        const sim::Latencies& all = summary_.latency;
        if (!is_enough(all.count(), which.percent)) {
            basis_.why_not[name] = "fewer than ten requests lie beyond it";
            return;
        }
        const sim::RankedLatency found = all.percentile(which.percent);
        if (found.failed) {
            basis_.why_not[name] = "it falls among requests that failed";
            return;
        }
        const sim::Duration x = found.time;
        const auto bucket = sim::Histogram::bucket_of(static_cast<std::uint64_t>(x.count()));
        const sim::Duration below = sim::Histogram::lowest_in(bucket) - sim::Duration(1);
        const auto up_to = asked(name, counted(spans, x));
        const auto under = up_to ? asked(name, counted(spans, below)) : std::nullopt;
        if (!under) return;
        const Batches& wider = up_to->half_width() < under->half_width() ? *under : *up_to;
        const double low = which.percent - 100 * wider.half_width();
        const double high = which.percent + 100 * wider.half_width();
        if (low <= 0 || high >= 100) {
            basis_.why_not[name] = "its interval would go beyond what was seen";
            return;
        }
        if (all.percentile(high).failed) {
            basis_.why_not[name] = "its interval would reach into requests that failed";
            return;
        }
        keep(name,
             {sim::seconds(all.percentile(low).time), sim::seconds(all.percentile(high).time)},
             wider);
    }

private:
    static std::vector<Period> counted(const std::vector<sim::Latencies>& spans, sim::Duration x) {
        std::vector<Period> periods;
        for (const sim::Latencies& span : spans) {
            periods.push_back({static_cast<double>(span.succeeded.count_up_to(x)),
                               static_cast<double>(span.count())});
        }
        return periods;
    }

    std::optional<Batches> asked(const std::string& name, const std::vector<Period>& periods) {
        auto batches = batches_of(periods);
        if (batches && batches->settled) return batches;
        basis_.why_not[name] = batches ? fmt::format(
                                             "it drifts: batches follow the ones before "
                                             "them (correlation {:.2f})",
                                             batches->correlation)
                                       : "fewer than ten time slices were measured";
        return std::nullopt;
    }

    void keep(const std::string& name, const Interval& interval, const Batches& batches) {
        summary_.intervals[name] = interval;
        basis_.batches[name] = batches.batches;
    }

    Summary& summary_;
    BatchBasis& basis_;
};

}  // namespace

void add_batch_intervals(Summary& summary, const sim::Recording& recording) {
    Asking asking(summary);
    BatchBasis& basis = *summary.basis;
    basis.why_none = why_unsteady(recording, summary);
    if (!basis.why_none.empty()) return;
    const std::vector<sim::Latencies> spans = spans_of(recording);
    std::vector<Period> latency;
    for (const sim::Latencies& span : spans) {
        const auto count = static_cast<double>(span.succeeded.count());
        latency.push_back({span.succeeded.mean_seconds() * count, count});
    }
    const Ended ended = ended_in(recording);
    asking.centred("mean", summary.latency.succeeded.mean_seconds(), latency);
    for (const Percentile& each : kPercentiles) asking.percentile(each, spans);
    asking.share("availability", ended.succeeded);
    asking.centred("throughput", summary.throughput_rps, ended.succeeded_by_second);
    basis.span_s = summary.measured_s();
    if (!summary.intervals.contains("mean") && basis.why_not.contains("mean")) {
        basis.why_none = basis.why_not["mean"];
        summary.intervals.clear();
        basis.batches.clear();
    }
}

}  // namespace reports
