// Availability from its parts: how long things are up and down, one after the other or side by
// side. A. Birolini, Reliability Engineering, 2017, chapter 6; repairs by as many crews as there
// are: a birth and death process (markov_chain.h).
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace reports {

// The share of time that something is up whose times up and down have these means, in one unit.
double availability_of(double mean_up, double mean_down);

// Of independent parts: all of them are needed, one of them is, so many of them are.
double in_series(std::span<const double> parts);
double in_parallel(std::span<const double> parts);
double k_of_n(std::size_t k, std::span<const double> parts);

// n equal units of which k are needed. Each that works fails at `failure_rate`, whether the system
// is up or down; each of at most `crews` repairs that are under way ends at `repair_rate`. Both are
// per unit of time.
struct Repairable {
    std::size_t units = 1;
    std::size_t needed = 1;
    std::size_t crews = 1;
    double failure_rate = 0;
    double repair_rate = 0;
};
struct RepairableFigures {
    double availability = 1;
    double time_to_failure = 0;  // the mean, from all units up; infinite when it never fails
    double failures = 0;         // of the system, in a unit of time
    double mean_outage = 0;      // of the system; 0 when it never fails
};
RepairableFigures figures_of(const Repairable& system);

// How many nines: 3 of 99.9 %; infinite of 1.
double nines_of(double availability);

// Seconds down in a period of so many seconds.
constexpr double kYearSeconds = 365.0 * 86400;
double downtime_of(double availability, double period_s);

// "3.65 d", "8.76 h", "52.56 min", "31.54 s": four figures, in the largest unit that it fills.
std::string downtime_text(double seconds);
// "99.9 %", "99.9999 %": as many figures as the nines need.
std::string availability_text(double availability);

}  // namespace reports
