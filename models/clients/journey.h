// A journey: what a user does between logging on and logging off, one activity after another.
//
//     "calls": [{"to": "front.login", "name": "log_in"}, {"to": "front.lesson", "name": "watch"}],
//     "journey": {"log_in": {"next": {"watch": 1}},
//                 "watch":  {"requests": 20, "next": {"watch": 1}, "log_off": 3}}
//
// An activity is one of the client's calls, by its name, made so many times; what comes next is
// drawn by weights, which makes the activities a Markov chain (the customer behaviour model graph
// of Menasce and Almeida). Whose request fails asks for the same again after thinking. Who logs
// off begins with the first activity when the next session begins.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "models/clients/calls.h"
#include "models/spec/declaration/named.h"
#include "models/spec/declaration/spec.h"
#include "sim/alias_table.h"
#include "sim/rng.h"

namespace models {

struct Activity {
    static constexpr std::string_view name = "activity";
    static constexpr std::string_view doc = "What a user on a journey does for a while.";
    std::uint32_t requests = 1;
    std::optional<spec::Distribution<sim::Duration>> think_time;
    spec::Named<double> next;
    double log_off = 0;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("requests", &Activity::requests, at_least(1u),
                  "Requests of this activity that are answered before the next begins."),
            param("think_time", &Activity::think_time,
                  "Think time after each answer of this activity. Without it, the client's."),
            param("next", &Activity::next,
                  "Weights of the activities that may come next, by name; this one may be among "
                  "them."),
            param("log_off", &Activity::log_off, at_least(0.0), at_most(1e9),
                  "Weight of logging off instead. An activity without a next one ends the "
                  "session.")};
    }
    bool ends_session() const { return next.empty() || log_off > 0; }
};

using JourneySpec = spec::Named<Activity>;

void check_journey(const JourneySpec& journey, const ClientCalls& calls, spec::Check& check);

// The activities, in the order in which they are written.
class Journey {
public:
    struct Step {
        std::uint32_t call;  // which of the client's
        std::uint32_t requests;
        sim::Distribution think_time;
    };
    static constexpr std::uint32_t kLogOff = ~std::uint32_t{0};

    Journey(const JourneySpec& spec, const ClientCalls& calls, const sim::Distribution& think_time);

    bool is_empty() const { return steps_.empty(); }
    std::size_t size() const { return steps_.size(); }
    const Step& at(std::uint32_t activity) const { return steps_[activity]; }
    // Which activity comes after this one, or kLogOff.
    std::uint32_t after(std::uint32_t activity, sim::Draws& draws) const;

    // Per session: how often each activity is begun, the first once for logging on. The expected
    // visits of an absorbing Markov chain, v = e + v P, by iteration; of one that is never left the
    // shares of the activities.
    std::vector<double> visits() const;
    // The share of time that users think in each activity; the last is away between sessions.
    std::vector<double> time_shares(double between_sessions_s) const;
    // Of visits(), the share of each of the client's calls.
    std::vector<double> call_shares() const;
    // From an answer to the next request, with what lies between sessions, on average.
    double mean_pause_s(double between_sessions_s) const;

private:
    double chance(std::size_t from, std::size_t to) const;
    double chance_to_log_off(std::size_t from) const;

    std::vector<Step> steps_;
    std::vector<std::vector<double>> weights_;  // of each activity; the last is to log off
    std::vector<sim::AliasTable> next_;
    std::size_t calls_;
};

}  // namespace models
