#include "tools/replay_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "metrics/names.h"
#include "models/spec/json/json_text.h"
#include "models/spec/json/printable.h"
#include "reports/words/numbers.h"
#include "reports/words/terminal.h"

namespace tools {

namespace {

namespace spec = models::spec;

constexpr double kNearly[] = {0.5, 0.9, 0.99};

int status_of(const sim::ReplayedRequest& request, const sim::Recording& recording) {
    return metrics::http_status(request.outcome, sim::row_of(recording.causes, request.cause));
}

bool is_ok(const models::Trace& trace, const models::MeasuredRequest& measured) {
    return !trace.has_status || (measured.status >= 200 && measured.status < 400);
}

bool is_ok(const sim::ReplayedRequest& request) {
    return request.has_ended && request.outcome == sim::Outcome::succeeded;
}

// The smallest value that so large a share of them does not exceed (nearest rank). Sorted.
double percentile(const std::vector<double>& sorted, double share) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

std::vector<ReplayFigure> figures_of(std::vector<double> measured, std::vector<double> simulated) {
    std::vector<ReplayFigure> figures = {{"mean", mean(measured), mean(simulated)}};
    std::ranges::sort(measured);
    std::ranges::sort(simulated);
    const auto add = [&](const char* name, double share) {
        figures.push_back({name, percentile(measured, share), percentile(simulated, share)});
    };
    add("p50", 0.5);
    add("p90", 0.9);
    add("p95", 0.95);
    add("p99", 0.99);
    add("p99.9", 0.999);
    add("max", 1);
    return figures;
}

// The trace's names of backends, as those of the simulation's targets; kNobody where there is none.
// A number is an instance's: 3 is "app[3]", or a pool's fourth member.
class BackendNames {
public:
    BackendNames(const std::vector<std::string>& measured,
                 const std::vector<sim::Replayed::Target>& targets) {
        for (const std::string& name : measured) ids_.push_back(id_of(name, targets));
    }

    std::uint32_t operator[](std::uint32_t measured) const {
        return measured == models::TracedRequest::kNobody ? measured : ids_[measured];
    }
    bool has_any() const {
        return std::ranges::any_of(
            ids_, [](std::uint32_t id) { return id != sim::ReplayedRequest::kNobody; });
    }

private:
    static std::uint32_t id_of(const std::string& name,
                               const std::vector<sim::Replayed::Target>& targets) {
        std::uint32_t number = 0;
        const char* const end = name.data() + name.size();
        const auto [rest, error] = std::from_chars(name.data(), end, number);
        const bool is_number = error == std::errc() && rest == end;
        for (std::size_t i = 0; i < targets.size(); ++i) {
            const bool is_it =
                targets[i].name == name || (is_number && targets[i].number == number);
            if (is_it) return static_cast<std::uint32_t>(i);
        }
        return sim::ReplayedRequest::kNobody;
    }

    std::vector<std::uint32_t> ids_;
};

class Comparing {
public:
    Comparing(const models::Trace& trace, const sim::Replayed& replayed,
              const sim::Recording& recording)
        : trace_(trace),
          replayed_(replayed),
          recording_(recording),
          names_(trace.backends, replayed.targets),
          measured_counts_(trace.backends.size()),
          simulated_counts_(replayed.targets.size()) {}

    void add(const models::TracedRequest& asked) {
        const models::MeasuredRequest& measured = trace_.measured[asked.row];
        const sim::ReplayedRequest& simulated = replayed_.requests[asked.row];
        ++errors_.requests;
        if (!simulated.has_ended) ++errors_.unfinished;
        ok_measured_ += is_ok(trace_, measured) ? 1 : 0;
        ok_simulated_ += is_ok(simulated) ? 1 : 0;
        const bool is_same_status = simulated.has_ended && status_of(simulated, recording_) ==
                                                               static_cast<int>(measured.status);
        same_status_ += is_same_status ? 1 : 0;
        add_backend(measured, simulated);
        if (!trace_.has_latency || !is_ok(trace_, measured) || !is_ok(simulated)) return;
        const double real = sim::seconds(measured.latency);
        const double played = sim::seconds(simulated.latency);
        latencies_measured_.push_back(real);
        latencies_simulated_.push_back(played);
        if (real > 0) off_.push_back(std::abs(played / real - 1));
    }

    ReplayErrors finish() {
        const auto all = static_cast<double>(errors_.requests);
        errors_.compared = latencies_measured_.size();
        if (all == 0) return std::move(errors_);
        if (trace_.has_status) {
            errors_.ok = {"ok", ok_measured_ / all, ok_simulated_ / all};
            errors_.same_status = same_status_ / all;
        }
        if (!latencies_measured_.empty()) {
            errors_.latency = figures_of(latencies_measured_, latencies_simulated_);
            std::ranges::sort(off_);
            for (const double share : kNearly) {
                if (!off_.empty()) errors_.of_each.push_back(percentile(off_, share));
            }
        }
        add_backends();
        return std::move(errors_);
    }

private:
    void add_backend(const models::MeasuredRequest& measured,
                     const sim::ReplayedRequest& simulated) {
        if (simulated.target != sim::ReplayedRequest::kNobody) {
            ++simulated_counts_[simulated.target];
        }
        if (measured.backend == models::TracedRequest::kNobody) return;
        ++had_backend_;
        ++measured_counts_[measured.backend];
        const std::uint32_t name = names_[measured.backend];
        same_backend_ += name == simulated.target && name != sim::ReplayedRequest::kNobody ? 1 : 0;
    }

    void add_backends() {
        if (!trace_.has_backend || had_backend_ == 0) return;
        if (!names_.has_any()) {
            errors_.unmatched =
                replayed_.targets.empty()
                    ? "no balancer of the scenario has chosen anything"
                    : fmt::format(
                          "none of the trace's backends, as {}, is a target of the "
                          "scenario's balancers, as {}: give the pool `members` of those "
                          "names",
                          spec::in_quotes(trace_.backends.front()),
                          spec::in_quotes(replayed_.targets.front().name));
            return;
        }
        errors_.same_backend = same_backend_ / static_cast<double>(had_backend_);
        std::vector<bool> is_told(simulated_counts_.size());
        for (std::size_t i = 0; i < measured_counts_.size(); ++i) {
            const std::uint32_t name = names_[static_cast<std::uint32_t>(i)];
            const bool is_known = name != sim::ReplayedRequest::kNobody;
            if (is_known) is_told[name] = true;
            errors_.backends.push_back(
                {trace_.backends[i], measured_counts_[i], is_known ? simulated_counts_[name] : 0});
        }
        for (std::size_t i = 0; i < simulated_counts_.size(); ++i) {
            if (is_told[i]) continue;
            errors_.backends.push_back({replayed_.targets[i].name, 0, simulated_counts_[i]});
        }
        std::ranges::sort(errors_.backends, {}, [](const ReplayBackend& each) {
            return std::pair(each.name.size(), each.name);
        });
    }

    const models::Trace& trace_;
    const sim::Replayed& replayed_;
    const sim::Recording& recording_;
    BackendNames names_;
    std::vector<std::uint64_t> measured_counts_;
    std::vector<std::uint64_t> simulated_counts_;
    ReplayErrors errors_;
    double ok_measured_ = 0;
    double ok_simulated_ = 0;
    double same_status_ = 0;
    double same_backend_ = 0;
    std::uint64_t had_backend_ = 0;
    std::vector<double> latencies_measured_;
    std::vector<double> latencies_simulated_;
    std::vector<double> off_;
};

std::string with_sign(double share) {
    return fmt::format("{:+.2f} %", share * 100);
}

std::string backends_text(const ReplayErrors& errors) {
    constexpr std::size_t kMostShown = 40;
    std::string text = fmt::format("\n  {:20}  {:>12}  {:>12}  {:>12}\n", "requests at", "measured",
                                   "simulated", "difference");
    for (std::size_t i = 0; i < std::min(errors.backends.size(), kMostShown); ++i) {
        const ReplayBackend& each = errors.backends[i];
        text += fmt::format("  {}  {:>12}  {:>12}  {:>+12}\n",
                            reports::fitted(reports::printable(each.name), 20),
                            reports::grouped(each.measured), reports::grouped(each.simulated),
                            static_cast<std::int64_t>(each.simulated - each.measured));
    }
    if (errors.backends.size() > kMostShown) {
        text += fmt::format("  and {} more\n", errors.backends.size() - kMostShown);
    }
    return text;
}

spec::Json figure_json(const ReplayFigure& figure, const char* unit) {
    spec::Json json;
    json.put("figure", figure.name);
    json.put("unit", unit);
    json.put("measured", figure.measured);
    json.put("simulated", figure.simulated);
    json.put("difference", figure.difference());
    return json;
}

}  // namespace

std::optional<double> ReplayErrors::error_of(const std::string& figure) const {
    if (figure == "same_status" && same_status) return 1 - *same_status;
    if (figure == "same_backend" && same_backend) return 1 - *same_backend;
    if (figure == "ok" && ok) return std::abs(ok->simulated - ok->measured);
    for (const ReplayFigure& each : latency) {
        if (each.name == figure) return std::abs(each.difference());
    }
    return std::nullopt;
}

ReplayErrors errors_of(const models::Trace& trace, const sim::Replayed& replayed,
                       const sim::Recording& recording, sim::Duration warm_up) {
    Comparing comparing(trace, replayed, recording);
    for (const models::TracedRequest& each : trace.requests) {
        if (each.at >= warm_up) comparing.add(each);
    }
    return comparing.finish();
}

std::string replay_text(const ReplayErrors& errors) {
    std::string text =
        fmt::format("  {:20}  {:>12}  {:>12}  {:>12}\n", "", "measured", "simulated", "difference");
    if (errors.ok) {
        text += fmt::format("  {:20}  {:>12}  {:>12}  {:>12}\n", "succeeded",
                            reports::percent(errors.ok->measured),
                            reports::percent(errors.ok->simulated),
                            with_sign(errors.ok->simulated - errors.ok->measured));
    }
    for (const ReplayFigure& each : errors.latency) {
        text += fmt::format("  {:20}  {:>12}  {:>12}  {:>12}\n", each.name,
                            reports::brief(each.measured), reports::brief(each.simulated),
                            with_sign(each.difference()));
    }
    if (!errors.backends.empty()) text += backends_text(errors);
    text += '\n';
    if (errors.same_backend) {
        text +=
            fmt::format("  sent to the same backend: {}\n", reports::percent(*errors.same_backend));
    }
    if (!errors.unmatched.empty()) text += "  " + reports::printable(errors.unmatched) + "\n";
    if (errors.same_status) {
        text += fmt::format("  answered with the same status: {}\n",
                            reports::percent(*errors.same_status));
    }
    if (errors.of_each.size() == std::size(kNearly)) {
        text += fmt::format(
            "  request by request: half of {} latencies within {:.2f} %, 90 % within {:.2f} %, 99 "
            "% "
            "within {:.2f} %\n",
            reports::grouped(errors.compared), errors.of_each[0] * 100, errors.of_each[1] * 100,
            errors.of_each[2] * 100);
    }
    if (errors.unfinished > 0) {
        text += fmt::format("  {} of {} requests had not ended\n",
                            reports::grouped(errors.unfinished), reports::grouped(errors.requests));
    }
    return text;
}

spec::Json replay_json(const ReplayErrors& errors) {
    spec::Json json;
    json.put("requests", errors.requests);
    json.put("unfinished", errors.unfinished);
    json.put("compared", errors.compared);
    spec::Json::List figures;
    if (errors.ok) figures.push_back(figure_json(*errors.ok, "share"));
    for (const ReplayFigure& each : errors.latency) figures.push_back(figure_json(each, "s"));
    json.put("figures", std::move(figures));
    if (errors.same_backend) json.put("same_backend", *errors.same_backend);
    if (errors.same_status) json.put("same_status", *errors.same_status);
    if (!errors.of_each.empty()) {
        spec::Json each;
        each.put("p50", errors.of_each[0]);
        each.put("p90", errors.of_each[1]);
        each.put("p99", errors.of_each[2]);
        json.put("error_of_each", std::move(each));
    }
    spec::Json::List backends;
    for (const ReplayBackend& each : errors.backends) {
        spec::Json one;
        one.put("backend", each.name);
        one.put("measured", each.measured);
        one.put("simulated", each.simulated);
        backends.push_back(std::move(one));
    }
    json.put("backends", std::move(backends));
    return json;
}

std::string replay_csv(const models::Trace& trace, const sim::Replayed& replayed,
                       const sim::Recording& recording) {
    std::vector<const models::TracedRequest*> rows(trace.requests.size());
    for (const models::TracedRequest& each : trace.requests) rows[each.row] = &each;
    std::string text =
        "time_s,measured_latency_s,simulated_latency_s,measured_backend,simulated_backend,"
        "measured_status,simulated_status\n";
    for (const models::TracedRequest* const asked : rows) {
        const models::MeasuredRequest& measured = trace.measured[asked->row];
        const sim::ReplayedRequest& simulated = replayed.requests[asked->row];
        const bool had_backend = measured.backend < trace.backends.size();
        const bool had_target = simulated.target < replayed.targets.size();
        text += fmt::format(
            "{:.9f},{},{},{},{},{},{}\n", sim::seconds(asked->at),
            trace.has_latency ? fmt::format("{:.9f}", sim::seconds(measured.latency)) : "",
            simulated.has_ended ? fmt::format("{:.9f}", sim::seconds(simulated.latency)) : "",
            had_backend ? trace.backends[measured.backend] : "",
            had_target ? replayed.targets[simulated.target].name : "",
            trace.has_status ? std::to_string(measured.status) : "",
            simulated.has_ended ? std::to_string(status_of(simulated, recording)) : "");
    }
    return text;
}

}  // namespace tools
