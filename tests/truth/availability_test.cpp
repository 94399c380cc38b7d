// Availability of parts in series, side by side, k of n, and repaired by as many crews as there
// are. All cases are met; pbs_k_staleness of that table is quorum_staleness_test.cpp's.
#include <doctest/doctest.h>

#include <vector>

#include "reports/theory/availability.h"
#include "tests/truth/tally.h"

using namespace truth;

namespace {

Json table(const std::string& name) {
    return file("availability.json").at("availability").at(name).at("rows");
}

std::vector<double> alike(std::size_t count, double each) {
    return std::vector<double>(count, each);
}

// What the table's fifteen digits leave out.
double slack_of(double value) {
    return 1e-11 * value;
}

}  // namespace

TEST_CASE("availability of times up and down") {
    Tally tally("single");
    for (const Json& row : table("single")) {
        tally.begin(row.dump());
        const double found = reports::availability_of(row["mean_up_h"], row["mean_down_h"]);
        tally.near("availability", found, row["availability"], 1e-14);
    }
}

TEST_CASE("nines and downtime") {
    Tally tally("nines");
    for (const Json& row : table("nines")) {
        tally.begin(row.dump());
        const double share = std::stod(row["availability_pct"].get<std::string>()) / 100;
        const auto near = [&](const char* what, double period) {
            const double truth = row[what];
            // 1 - share loses digits: ten nines are left of sixteen.
            tally.near(what, reports::downtime_of(share, period), truth, 1e-9 * truth);
        };
        near("downtime_per_year_s", reports::kYearSeconds);
        near("per_30_days_s", 30 * 86400.0);
        near("per_week_s", 7 * 86400.0);
        near("per_day_s", 86400.0);
    }
}

TEST_CASE("parts in series and in parallel, and k of n") {
    Tally tally("series, parallel, k of n");
    for (const Json& row : table("series_parallel")) {
        tally.begin(row.dump());
        const auto parts = row["components"].get<std::vector<double>>();
        tally.near("series", reports::in_series(parts), row["series"], 1e-14);
        tally.near("parallel", reports::in_parallel(parts), row["parallel"], 1e-14);
    }
    for (const Json& row : table("k_of_n")) {
        tally.begin(row.dump());
        const auto parts = alike(row["n"], row["a"]);
        tally.near("availability", reports::k_of_n(row["k_needed"], parts), row["availability"],
                   1e-14);
    }
}

TEST_CASE("units that are repaired") {
    Tally tally("markov_repair");
    for (const Json& row : table("markov_repair")) {
        tally.begin(row.dump());
        const auto found = reports::figures_of(
            {row["n"], row["k_needed"], row["repair_crew"], row["lambda"], row["mu"]});
        tally.near("availability", found.availability, row["availability"], 1e-13);
        const auto near = [&](const char* what, double got) {
            tally.near(what, got, row[what], slack_of(row[what]) * 100);
        };
        near("mttf_from_all_up", found.time_to_failure);
        near("system_failures_per_hour", found.failures);
        near("mean_outage", found.mean_outage);
    }
}

TEST_CASE("copies that are all lost before one is made again") {
    Tally tally("replication_loss");
    for (const Json& row : table("replication_loss")) {
        tally.begin(row.dump());
        const std::size_t copies = row["copies"];
        const auto found = reports::figures_of(
            {copies, 1, copies, 1 / row["mttf_h"].get<double>(), 1 / row["mttr_h"].get<double>()});
        tally.near("mttdl_h", found.time_to_failure, row["mttdl_h"],
                   1e-9 * row["mttdl_h"].get<double>());
    }
}
