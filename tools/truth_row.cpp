// The rules by which a figure is equal to the truth: within 3.5 standard errors of it (one row in
// two thousand would be beyond them by chance), the width of a histogram's bucket where it is a
// percentile, and what the plan allows, of which it says why. And its standard error has to be
// small enough, so that no run passes for being too short: 0.5 % of the truth, and 1 % far out in
// the tail.
#include "tools/truth_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "models/spec/json/json_text.h"
#include "models/topology/load.h"
#include "models/topology/simulate.h"
#include "reports/expression.h"
#include "reports/summary.h"
#include "tools/command.h"

namespace tools {

namespace {

namespace spec = models::spec;

constexpr double kErrors = 3.5;
constexpr double kBucket = 1e-3;  // of a histogram, relatively
constexpr std::size_t kMost = 4096;
constexpr std::size_t kGroups = 16;

bool is_percentile(const std::string& figure) {
    return figure.find("p(") != std::string::npos;
}
bool is_tail(const std::string& figure) {
    return is_percentile(figure) && figure.find("p(9") != std::string::npos &&
           figure.find("p(90)") == std::string::npos;
}

// "lognormal*" is any text that begins so.
bool is_alike(const spec::Json& value, const spec::Json& wanted) {
    if (wanted.text() == nullptr || value.text() == nullptr || !wanted.text()->ends_with('*')) {
        return value == wanted;
    }
    return value.text()->starts_with(wanted.text()->substr(0, wanted.text()->size() - 1));
}

bool has(const Columns& columns, const spec::Json& only) {
    if (only.object() == nullptr) return true;
    return std::ranges::all_of(*only.object(), [&](const spec::Member& each) {
        const auto found = columns.find(each.name);
        return found && is_alike(*found, each.value);
    });
}

// A figure of one run, and of all of them.
class Measured {
public:
    struct Truth {
        double value;
        double runs = 0;  // that it is the mean of; 0: it is no measurement
    };

    Measured(const TruthExpectation& expectation, reports::Expression figure, Truth truth)
        : expectation_(expectation),
          figure_(std::move(figure)),
          want_(truth.value),
          truth_runs_(truth.runs) {}

    void add(const reports::Summary& one) { values_.push_back(of(one)); }
    void settle(const reports::Summary& all) { got_ = expectation_.of_each ? mean() : of(all); }

    // Of all but a group of runs, for each group (Efron and Stein 1981, the jackknife): a
    // percentile far out in the tail is not the mean of those of short runs.
    void leave_out(const std::vector<reports::Summary>& without) {
        std::vector<double> values;
        for (const reports::Summary& each : without) values.push_back(of(each));
        const auto n = static_cast<double>(values.size());
        jackknife_ = std::sqrt((n - 1) / n * squares_of(values));
    }
    bool is_tail_of_all() const { return is_percentile(expectation_.figure); }

    double error() const {
        if (is_tail_of_all()) return jackknife_;
        const auto n = static_cast<double>(values_.size());
        return std::sqrt(squares_of(values_) / (n - 1) / n);
    }
    bool is_precise(const TruthAsked& asked) const {
        const double share = is_tail(expectation_.figure) ? asked.tail : asked.mean;
        // No better than the truth is known: half its error adds an eighth to the sum of both.
        const double enough = std::max(share * std::abs(want_), error_of_truth() / 2);
        return error() <= enough + expectation_.resolution / kErrors;
    }
    TruthFinding finding(const TruthAsked& asked) const {
        TruthFinding found{expectation_.column, figure_.text(), got_, error(), want_, {}};
        const double bucket = is_percentile(expectation_.figure) ? kBucket : 0;
        const double room = kErrors * std::hypot(found.error, error_of_truth()) +
                            expectation_.resolution +
                            (bucket + expectation_.within + 1e-9) * std::abs(want_);
        found.verdict = !(std::abs(got_ - want_) <= room) ? TruthVerdict::not_met
                        : is_precise(asked)               ? TruthVerdict::met
                                                          : TruthVerdict::imprecise;
        return found;
    }

private:
    // Of a mean of so few runs of this length, by how much those played differ.
    double error_of_truth() const {
        if (truth_runs_ == 0) return 0;
        const auto n = static_cast<double>(values_.size());
        return std::sqrt(squares_of(values_) / (n - 1) / truth_runs_);
    }
    double mean() const { return mean_of(values_); }
    static double mean_of(const std::vector<double>& values) {
        double sum = 0;
        for (const double each : values) sum += each;
        return sum / static_cast<double>(values.size());
    }
    // Of what is off the mean.
    static double squares_of(const std::vector<double>& values) {
        const double middle = mean_of(values);
        double squares = 0;
        for (const double each : values) squares += (each - middle) * (each - middle);
        return squares;
    }
    double of(const reports::Summary& summary) const {
        return figure_.value([&](const std::string&) -> const reports::Summary& { return summary; })
            .number;
    }

    const TruthExpectation& expectation_;
    reports::Expression figure_;
    double want_;
    double truth_runs_;
    std::vector<double> values_;
    double got_ = 0;
    double jackknife_ = 0;
};

// What the audit of a run says.
class Ended final : public models::Onlooker {
public:
    void at(sim::Time, sim::Time, std::uint64_t) override {}
    void ended(const models::RunEnd& end) override { broken = end.broken; }
    std::vector<std::string> broken;
};

class RowPlay {
public:
    RowPlay(const TruthPlay& play, const Columns& columns, const TruthAsked& asked,
            TruthResult& result)
        : play_(play), columns_(columns), asked_(asked), result_(result) {}

    void run() {
        if (!load() || !expect()) {
            result_.verdict = TruthVerdict::not_met;
            return;
        }
        std::vector<sim::Recording> runs;
        std::size_t wanted = play_.replications;
        for (std::uint64_t events = 0;;) {
            while (runs.size() < wanted) {
                Ended ended;
                runs.push_back(
                    models::simulate(*loaded_.scenario, {asked_.seed, runs.size()}, &ended));
                if (!ended.broken.empty()) fail(ended.broken.front());
                events += runs.back().events;
                const reports::Summary one = reports::summarise({&runs.back(), 1}, windows_);
                for (Measured& each : measured_) each.add(one);
            }
            leave_out_groups(runs);
            if (events > asked_.events || wanted >= kMost || are_precise()) break;
            wanted = std::min(kMost, wanted + wanted / 2);
        }
        settle(runs);
    }

private:
    bool load() {
        std::string problem;
        if (play_.scenario.text() != nullptr) {
            const auto file = filled_text(*play_.scenario.text(), columns_, problem);
            if (!file) return fail(problem);
            models::ScenarioSource source{};
            source.file = (std::filesystem::path(play_.folder) / *file).string();
            loaded_ = models::load(source);
            return loaded_.scenario.has_value() || fail(loaded_.problems.render());
        }
        const auto scenario = filled(play_.scenario, columns_, problem);
        if (!scenario) return fail(problem);
        loaded_ = models::load({"scenario", {}, {}, spec::indented_text(*scenario)});
        return loaded_.scenario.has_value() || fail(loaded_.problems.render());
    }
    bool expect() {
        const reports::Vocabulary words = words_of(*loaded_.scenario);
        for (const TruthExpectation& each : play_.expect) {
            std::string problem;
            // A row that says nothing of it.
            if (const auto column = columns_.find(each.is); column && column->is_null()) continue;
            const auto text = filled_text(each.figure, columns_, problem);
            if (!text) return fail(problem);
            auto figure = parse_quantity_of(*text, each.column, words, problem);
            const auto want = figure ? value_of(each.is, columns_, problem) : std::nullopt;
            if (!want) return fail(problem);
            const auto runs =
                each.of.empty() ? std::optional(0.0) : value_of(each.of, columns_, problem);
            if (!runs) return fail(problem);
            for (const reports::TimeWindow& window : reports::windows_of({*figure})) {
                windows_.push_back(window);
            }
            measured_.emplace_back(each, std::move(*figure), Measured::Truth{*want, *runs});
        }
        return true;
    }
    void leave_out_groups(const std::vector<sim::Recording>& runs) {
        if (std::ranges::none_of(measured_, &Measured::is_tail_of_all)) return;
        const std::size_t groups = std::min(kGroups, runs.size());
        std::vector<reports::Summary> without;
        for (std::size_t group = 0; group < groups; ++group) {
            reports::Summing sum(runs.size(), windows_);
            for (std::size_t i = 0; i < runs.size(); ++i) {
                if (i % groups != group) sum.add(runs[i]);
            }
            without.push_back(sum.finish());
        }
        for (Measured& each : measured_) {
            if (each.is_tail_of_all()) each.leave_out(without);
        }
    }
    bool are_precise() const {
        return std::ranges::all_of(measured_,
                                   [&](const Measured& each) { return each.is_precise(asked_); });
    }
    void settle(const std::vector<sim::Recording>& runs) {
        const reports::Summary all = reports::summarise(runs, windows_);
        result_.events += all.events;
        for (Measured& each : measured_) {
            each.settle(all);
            result_.findings.push_back(each.finding(asked_));
            result_.verdict = std::max(result_.verdict, result_.findings.back().verdict);
        }
    }
    bool fail(const std::string& why) {
        if (result_.why.empty()) result_.why = why;
        result_.verdict = TruthVerdict::not_met;
        return false;
    }

    const TruthPlay& play_;
    const Columns& columns_;
    const TruthAsked& asked_;
    TruthResult& result_;
    models::Loaded loaded_;
    std::vector<Measured> measured_;
    std::vector<reports::TimeWindow> windows_;  // that figures are of
};

}  // namespace

TruthResult play_row(const TruthTable& table, const Columns& columns, const std::string& name,
                     const TruthAsked& asked) {
    TruthResult result{name, TruthVerdict::met, {}, {}, 0};
    bool is_played = false;
    for (const TruthPlay& each : table.plays) {
        if (!has(columns, each.only)) continue;
        if (!each.unless.is_null() && has(columns, each.unless)) continue;
        if (!each.no_model.empty()) {
            return {name, TruthVerdict::no_model, each.no_model, {}, 0};
        }
        Columns named = columns;
        if (const spec::Json::Object* const let = each.let.object()) {
            for (const spec::Member& one : *let) {
                const auto value = one.value.text() != nullptr
                                       ? value_of(*one.value.text(), named, result.why)
                                       : std::nullopt;
                if (value) named.let(one.name, *value);
            }
        }
        RowPlay(each, named, asked, result).run();
        is_played = true;
    }
    if (!is_played) {
        return {name, TruthVerdict::no_model, "no scenario of its plan is for such a row", {}, 0};
    }
    return result;
}

}  // namespace tools
