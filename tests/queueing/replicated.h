// A scenario played several times over, and a book of cases that says which are met.
//
// The tolerance of every number is its own: 16 independent replications give its standard error,
// and a case is met when all of its numbers are within 5 of them (Student's t with 15 degrees of
// freedom: 1.6 in 10,000 for a right simulator) and a thousandth, which is the width of a
// histogram's bucket. So that an aimless run cannot pass, the standard error of a mean time must
// also be below a tenth of the truth.
//
// Means are of the requests that ended in the measured time, whenever they began: in a steady state
// nothing is cut off at either end. A histogram has those that also began in it. Percentiles are of
// all replications' requests together, with the jackknife's standard error: the mean of
// replications' own percentiles would be too low in a tail that each of them sees rarely.
#pragma once

#include <fmt/core.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/play.h"

namespace truth {

using Json = nlohmann::json;

// `tables` of one of the files in tests/truth. It lives as long as the program, so that a loop may
// walk over a part of it.
inline const Json& tables(const std::string& file) {
    static std::map<std::string, Json> read;
    if (const auto known = read.find(file); known != read.end()) return known->second;
    std::ifstream stream(std::string(SPATE_SOURCE_DIR) + "/tests/truth/" + file);
    REQUIRE(stream.good());
    return read.emplace(file, Json::parse(stream).at("tables")).first->second;
}

// The mean over replications, and its standard error.
struct Estimate {
    double mean = 0;
    double error = 0;
};

class Replicated {
public:
    explicit Replicated(const std::string& text, std::uint64_t seed, int replications = 16) {
        const models::Scenario scenario = support::scenario_from(text);
        for (int replication = 0; replication < replications; ++replication) {
            runs_.push_back(
                models::simulate(scenario, {seed, static_cast<std::uint64_t>(replication)}));
        }
    }

    // Of a number that each replication has.
    Estimate of(const std::function<double(const sim::Recording&)>& measure) const {
        std::vector<double> values;
        for (const sim::Recording& run : runs_) values.push_back(measure(run));
        const Estimate spread = mean_and_squares(values);
        const auto n = static_cast<double>(values.size());
        return {spread.mean, std::sqrt(spread.error / (n - 1))};
    }

    // Of a number that all latencies together have (Efron and Stein 1981, the jackknife).
    Estimate of_all(const std::function<double(const sim::Histogram&)>& measure) const {
        std::vector<double> without;
        for (std::size_t left_out = 0; left_out <= runs_.size(); ++left_out) {
            sim::Histogram together;
            for (std::size_t i = 0; i < runs_.size(); ++i) {
                if (i == left_out) continue;
                together.merge(support::node(runs_[i], "clients").latency.succeeded);
            }
            without.push_back(measure(together));
        }
        const double value = without.back();
        without.pop_back();
        const auto n = static_cast<double>(runs_.size());
        return {value, std::sqrt((n - 1) * mean_and_squares(without).error)};
    }

private:
    // The mean, and the mean of squares around it.
    static Estimate mean_and_squares(const std::vector<double>& values) {
        const auto n = static_cast<double>(values.size());
        Estimate sum;
        for (const double value : values) sum.mean += value / n;
        for (const double value : values) sum.error += (value - sum.mean) * (value - sum.mean) / n;
        return sum;
    }

    std::vector<sim::Recording> runs_;
};

class Book {
public:
    explicit Book(std::string table) : table_(std::move(table)) {}
    ~Book() {
        const std::string summary = fmt::format("{}: {} of {} cases met", table_, met_, cases_);
        MESSAGE(summary);
        CHECK_MESSAGE(cases_ > 0, table_);
    }
    Book(const Book&) = delete;
    Book& operator=(const Book&) = delete;

    void begin(std::string name) {
        name_ = std::move(name);
        good_ = true;
        ++cases_;
    }
    std::uint64_t seed() const { return cases_; }

    // `resolution` is what the number cannot tell from 0, said where it is used.
    void compare(const std::string& what, Estimate got, double truth, double resolution = 0) {
        const double tolerance = 5 * got.error + 1e-3 * std::abs(truth) + resolution;
        verdict(std::abs(got.mean - truth) <= tolerance, what, got, truth);
    }
    void compare_mean(const std::string& what, Estimate got, double truth) {
        compare(what, got, truth);
        verdict(got.error <= 0.1 * truth, what + ", precision", got, truth);
    }
    void end() { met_ += good_; }

private:
    void verdict(bool good, const std::string& what, Estimate got, double truth) {
        const std::string message = fmt::format("{} {}: {} is {:.6g} +- {:.2g}, not {:.6g}", table_,
                                                name_, what, got.mean, got.error, truth);
        CHECK_MESSAGE(good, message);
        good_ = good_ && good;
    }

    std::string table_;
    std::string name_;
    int cases_ = 0;
    int met_ = 0;
    bool good_ = true;
};

// The unit of the tables' times is a second here.
inline std::string time_text(double value) {
    return fmt::format("\"{:.9f}s\"", value);
}
inline std::string exponential(double mean) {
    return R"({"kind": "exponential", "mean": )" + time_text(mean) + "}";
}

// How long to play, so that `jobs` come in all replications together, and `at_least`; the measured
// time is 10 slices and the warm-up 3 more.
inline std::string run_text(double jobs, double rate, double at_least = 0) {
    const auto slice = sim::from_seconds(std::max(jobs / 16 / rate, at_least) / 10).count();
    return fmt::format(R"("run": {{"slice": "{}ns", "warm_up": "{}ns", "measure": "{}ns"}})", slice,
                       3 * slice, 10 * slice);
}

// Jobs for a standard error of 1 % of the mean response: the asymptotic variance of the mean wait
// in M/M/1 (Whitt 1989), a larger one for services that vary more, and no more than time allows.
inline double jobs_for(double rho, double wait, double response, double scv = 1) {
    const double share = wait / response;
    const double jobs =
        (1 + scv) * (2 + rho) / ((1 - rho) * (1 - rho)) * share * share / (0.01 * 0.01);
    return std::clamp(jobs, 80'000.0, rho > 0.98 ? 8e6 : rho > 0.9 ? 4e6 : 1e6);
}

inline const sim::NodeRecord& clients(const sim::Recording& run) {
    return support::node(run, "clients");
}

// What ended in the measured time at a node, whenever it began.
struct Ended {
    double count = 0;
    double succeeded = 0;
    double latency_s = 0;
};
inline Ended ended(const sim::Recording& run, std::string_view name = "clients") {
    const auto& slices = support::node(run, std::string(name)).slices;
    Ended sum;
    for (auto slice = static_cast<std::size_t>(run.warm_up / run.slice); slice < slices.size();
         ++slice) {
        sum.count += slices[slice].finished;
        sum.succeeded += slices[slice].succeeded;
        sum.latency_s += slices[slice].latency_sum_s;
    }
    return sum;
}
inline double response(const sim::Recording& run) {
    return ended(run).latency_s / ended(run).count;
}
// Latencies of those that were refused at once are zero.
inline double accepted_response(const sim::Recording& run) {
    return ended(run).latency_s / ended(run).succeeded;
}
inline double share_refused(const sim::Recording& run) {
    return 1 - ended(run).succeeded / ended(run).count;
}
inline double throughput(const sim::Recording& run) {
    return ended(run).succeeded / sim::seconds(run.measured());
}
// Little's law, over the requests that ended.
inline double in_system(const sim::Recording& run) {
    return ended(run).latency_s / sim::seconds(run.measured());
}
inline double wait(const sim::Recording& run) {
    const sim::NodeRecord& node = support::node(run, "station");
    return sim::seconds(node.spent[static_cast<std::size_t>(sim::Spent::queueing)]) /
           ended(run, "station").count;
}
inline double variance(const sim::Histogram& latency) {
    const double mean = latency.mean_seconds();
    double sum = 0;
    latency.for_each_bucket([&](auto lowest, auto highest, std::uint64_t count) {
        const double off = (sim::seconds(lowest) + sim::seconds(highest)) / 2 - mean;
        sum += off * off * static_cast<double>(count);
    });
    return sum / static_cast<double>(latency.count());
}
inline std::function<double(const sim::Histogram&)> percentile(double percent) {
    return [percent](const sim::Histogram& latency) {
        return sim::seconds(latency.percentile(percent));
    };
}

}  // namespace truth
