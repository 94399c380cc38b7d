// A scenario played several times over, and a book of cases that says which are met.
//
// The tolerance of every number is its own: 16 independent replications give its standard error,
// and a case is met when all of its numbers are within 5 of them (Student's t with 15 degrees of
// freedom: 1.6 in 10,000 for a right simulator), and a thousandth for what a finite run cuts off at
// both ends. So that an aimless run cannot pass, the standard error of a mean time must also be
// below a tenth of the truth.
#pragma once

#include <fmt/core.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/play.h"

namespace truth {

using Json = nlohmann::json;

// `tables` of one of the files beside this one.
inline Json tables(const std::string& file) {
    std::ifstream stream(std::string(SPATE_SOURCE_DIR) + "/tests/truth/" + file);
    REQUIRE(stream.good());
    return Json::parse(stream).at("tables");
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

    Estimate of(const std::function<double(const sim::Recording&)>& measure) const {
        double sum = 0;
        double squares = 0;
        for (const sim::Recording& run : runs_) {
            const double value = measure(run);
            sum += value;
            squares += value * value;
        }
        const auto n = static_cast<double>(runs_.size());
        const double mean = sum / n;
        return {mean, std::sqrt(std::max(0.0, squares / n - mean * mean) / (n - 1))};
    }

private:
    std::vector<sim::Recording> runs_;
};

class Book {
public:
    explicit Book(std::string table) : table_(std::move(table)) {}
    ~Book() {
        const std::string summary = fmt::format("{}: {} of {} cases met", table_, met_, cases_);
        MESSAGE(summary);
    }
    Book(const Book&) = delete;
    Book& operator=(const Book&) = delete;

    void begin(std::string name) {
        name_ = std::move(name);
        good_ = true;
        ++cases_;
    }
    std::uint64_t seed() const { return cases_; }

    // `slack` is a relative allowance for what is known to be approximate, said where it is used.
    void compare(const std::string& what, Estimate got, double truth, double slack = 1e-3) {
        verdict(std::abs(got.mean - truth) <= 5 * got.error + slack * std::abs(truth), what, got,
                truth);
    }
    void compare_mean(const std::string& what, Estimate got, double truth, double slack = 1e-3) {
        compare(what, got, truth, slack);
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

// How long to play: `jobs` in all replications together, and a warm-up of a fifth more.
struct Length {
    double warm_up;
    double measure;
};
inline Length length_for(double jobs, double rate, double at_least = 0) {
    const double measure = jobs / 16 / rate;
    return {std::max(measure / 5, at_least), measure};
}
inline std::string run_text(Length length) {
    return R"("run": {"warm_up": )" + time_text(length.warm_up) + R"(, "measure": )" +
           time_text(length.measure) + "}";
}

// Jobs for a standard error of 1 % of the mean response: the asymptotic variance of the mean wait
// in M/M/1 (Whitt 1989), a larger one for services that vary more, and no more than time allows.
inline double jobs_for(double rho, double wait, double response, double scv = 1) {
    const double share = wait / response;
    const double jobs =
        (1 + scv) * (2 + rho) / ((1 - rho) * (1 - rho)) * share * share / (0.01 * 0.01);
    return std::clamp(jobs, 80'000.0, rho > 0.97 ? 8e6 : 1e6);
}

inline const sim::NodeRecord& clients(const sim::Recording& run) {
    return support::node(run, "clients");
}
inline double response(const sim::Recording& run) {
    return clients(run).latency.mean_seconds();
}
// Latencies of those that were refused at once are zero.
inline double accepted_response(const sim::Recording& run) {
    const sim::NodeRecord& node = clients(run);
    return node.latency.mean_seconds() * static_cast<double>(node.totals.finished()) /
           static_cast<double>(node.totals.of(sim::Outcome::succeeded));
}
inline double share_refused(const sim::Recording& run) {
    const sim::Totals& totals = clients(run).totals;
    return 1 - static_cast<double>(totals.of(sim::Outcome::succeeded)) /
                   static_cast<double>(totals.finished());
}
inline double throughput(const sim::Recording& run) {
    return static_cast<double>(clients(run).totals.of(sim::Outcome::succeeded)) /
           sim::seconds(run.measured());
}
inline double in_system(const sim::Recording& run) {
    const sim::NodeRecord& node = clients(run);
    return node.latency.mean_seconds() * static_cast<double>(node.totals.finished()) /
           sim::seconds(run.measured());
}
inline double wait(const sim::Recording& run) {
    const sim::NodeRecord& node = support::node(run, "station");
    return sim::seconds(node.spent[static_cast<std::size_t>(sim::Spent::queueing)]) /
           static_cast<double>(node.totals.finished());
}
inline double variance(const sim::Recording& run) {
    const sim::Histogram& latency = clients(run).latency;
    const double mean = latency.mean_seconds();
    double sum = 0;
    latency.for_each_bucket([&](auto lowest, auto highest, std::uint64_t count) {
        const double off = (sim::seconds(lowest) + sim::seconds(highest)) / 2 - mean;
        sum += off * off * static_cast<double>(count);
    });
    return sum / static_cast<double>(latency.count());
}
inline std::function<double(const sim::Recording&)> percentile(double percent) {
    return [percent](const sim::Recording& run) {
        return sim::seconds(clients(run).latency.percentile(percent));
    };
}

}  // namespace truth
