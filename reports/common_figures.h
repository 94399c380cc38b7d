// The figures that runs and nodes have alike, whatever their kinds: what is declared of them, as
// kinds declare theirs (sim/figure.h).
#pragma once

#include <array>

#include "sim/figure.h"

namespace reports {

// Of a run's users, of each node, and of parts of their requests.
inline constexpr std::array kOfRequests = {
    sim::figure(
        "p", sim::Unit::seconds, sim::Merge::distribution,
        "Percentile of latency by rank, as p(99). A request that failed is slower than any that "
        "succeeded. succeeded.p(99) and failed.p(99) are of these alone."),
    sim::figure("mean", sim::Unit::seconds, sim::Merge::mean,
                "Mean latency of the requests that succeeded."),
    sim::figure("max", sim::Unit::seconds, sim::Merge::peak,
                "Highest latency; a failure is above all."),
    sim::figure("availability", sim::Unit::share, sim::Merge::mean,
                "Requests that succeeded, of those that ended."),
    sim::figure("throughput", sim::Unit::per_second, sim::Merge::mean,
                "Successes that ended in a second."),
    sim::figure("ended_per_s", sim::Unit::per_second, sim::Merge::mean,
                "Requests that ended in a second, successes and failures."),
    sim::figure("mean_time_in_system", sim::Unit::seconds, sim::Merge::mean,
                "Mean time from arrival to the end, of all that ended."),
    sim::figure("in_flight_mean", sim::Unit::count, sim::Merge::mean,
                "Requests in flight, mean over time."),
    sim::figure("errors_per_s", sim::Unit::per_second, sim::Merge::mean,
                "Failures that ended in a second."),
    sim::figure("error_ratio", sim::Unit::share, sim::Merge::mean,
                "Requests that did not succeed, of those that ended."),
    sim::figure("offered", sim::Unit::count, sim::Merge::sum,
                "Requests meant to start in the measured time."),
    sim::figure("succeeded", sim::Unit::count, sim::Merge::sum, "Requests that succeeded."),
    sim::figure("failed", sim::Unit::count, sim::Merge::sum, "Requests that failed."),
    sim::figure("rejected", sim::Unit::count, sim::Merge::sum, "Requests that were refused."),
    sim::figure("timed_out", sim::Unit::count, sim::Merge::sum,
                "Requests that their caller gave up."),
    sim::figure("in_flight", sim::Unit::count, sim::Merge::last,
                "Requests that had not ended with the run."),
    sim::figure("censored", sim::Unit::share, sim::Merge::mean,
                "Of those offered, the ones that had not ended with the run."),
    sim::figure("cost", sim::Unit::usd, sim::Merge::mean, "Cost of the measured time.")};

// Of a run only.
inline constexpr std::array kOfRuns = {
    sim::figure("availability_by_time", sim::Unit::share, sim::Merge::mean,
                "Time slices in which the service was up, of all with requests."),
    sim::figure("outages", sim::Unit::count, sim::Merge::sum,
                "Times that the service went down, by slices."),
    sim::figure("mttr", sim::Unit::seconds, sim::Merge::mean,
                "Mean length of an outage (mean time to repair), in whole slices."),
    sim::figure("mtbf", sim::Unit::seconds, sim::Merge::mean,
                "Time up for each outage (mean time between failures), in whole slices."),
    sim::figure("longest_outage", sim::Unit::seconds, sim::Merge::peak,
                "The longest outage, in whole slices."),
    sim::figure("nines", sim::Unit::count, sim::Merge::mean,
                "Nines of the availability of requests: 3 of 99.9 %."),
    sim::figure("nines_by_time", sim::Unit::count, sim::Merge::mean,
                "Nines of the availability by time."),
    sim::figure("downtime_per_year", sim::Unit::seconds, sim::Merge::mean,
                "Time down in a year of 365 days at this availability by time."),
    sim::figure("cost_per_month", sim::Unit::usd, sim::Merge::mean,
                "Cost of a month at this rate."),
    sim::figure("cost_per_request", sim::Unit::usd, sim::Merge::mean,
                "Cost of a request that succeeded."),
    sim::figure("cost_per_1000_users", sim::Unit::usd, sim::Merge::mean,
                "Cost of a month at this rate, for a thousand of the users that there are."),
    sim::figure("downtime_cost", sim::Unit::usd, sim::Merge::mean,
                "Cost of the time in which the service was down, at the price of downtime; no part "
                "of `cost`.")};

// Of nodes only; the later ones of those that have what they say.
inline constexpr std::array kOfNodes = {
    sim::figure("reads", sim::Unit::count, sim::Merge::sum, "Requests that were no writes."),
    sim::figure("writes", sim::Unit::count, sim::Merge::sum, "Requests that were writes."),
    sim::figure("instances", sim::Unit::count, sim::Merge::mean, "Instances, mean over time."),
    sim::figure("utilisation", sim::Unit::share, sim::Merge::mean, "Core time in use."),
    sim::figure("connections_in_use", sim::Unit::share, sim::Merge::mean, "Connections in use."),
    sim::figure("waiting_peak", sim::Unit::count, sim::Merge::peak, "Longest line."),
    sim::figure("imbalance", sim::Unit::count, sim::Merge::mean,
                "Requests of the busiest instance over those of the mean one."),
    sim::figure("cv", sim::Unit::count, sim::Merge::mean,
                "Coefficient of variation of the instances' requests."),
    sim::figure("requests_<instance>", sim::Unit::count, sim::Merge::sum,
                "Requests of one instance."),
    sim::figure("share_<instance>", sim::Unit::share, sim::Merge::mean,
                "Requests of one instance, of all.")};

}  // namespace reports
