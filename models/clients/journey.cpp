#include "models/clients/journey.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/clients/client_spec.h"

namespace models {

namespace {

std::size_t index_of(const JourneySpec& journey, const std::string& name) {
    const auto found = std::ranges::find(journey.entries, name, &JourneySpec::Entry::first);
    return static_cast<std::size_t>(found - journey.entries.begin());
}

double total_of(const std::vector<double>& weights) {
    return std::accumulate(weights.begin(), weights.end(), 0.0);
}

// The weights of what comes after an activity; to log off is the last.
std::vector<double> weights_of(const JourneySpec& journey, const Activity& activity) {
    std::vector<double> weights(journey.size() + 1);
    for (const auto& [name, weight] : activity.next) weights[index_of(journey, name)] = weight;
    weights.back() = activity.next.empty() ? 1 : activity.log_off;
    return weights;
}

// What can be come to from the first activity.
std::vector<bool> reached(const JourneySpec& journey) {
    std::vector<bool> is_reached(journey.size());
    std::vector<std::size_t> open = {0};
    while (!open.empty()) {
        const std::size_t at = open.back();
        open.pop_back();
        if (is_reached[at]) continue;
        is_reached[at] = true;
        for (const auto& [name, weight] : journey.entries[at].second.next) {
            const std::size_t next = index_of(journey, name);
            if (weight > 0 && next < journey.size()) open.push_back(next);
        }
    }
    return is_reached;
}

void check_activity(const JourneySpec& journey, const std::string& name, spec::Check& check) {
    const Activity& activity = *journey.find(name);
    double total = activity.next.empty() ? 1 : activity.log_off;
    for (const auto& [next, weight] : activity.next) {
        total += weight;
        check.that(journey.find(next) != nullptr, "journey",
                   fmt::format("after \"{}\" comes \"{}\", which is no activity", name, next),
                   "name one of the journey's activities");
        check.that(
            weight >= 0 && weight <= 1e9, "journey",
            fmt::format("the weight of \"{}\" after \"{}\" is not within 0..1e9", next, name),
            "give it a weight such as 1");
    }
    check.that(total > 0, "journey", fmt::format("nothing comes after \"{}\"", name),
               "give one of \"next\", or \"log_off\", a weight above 0");
}

}  // namespace

void check_journey(const JourneySpec& journey, const ClientCalls& calls, spec::Check& check) {
    if (journey.empty()) return;
    for (const auto& [name, activity] : journey) {
        check.that(std::ranges::find(calls.list, name, &ClientCall::title) != calls.list.end(),
                   "journey", fmt::format("no call is called \"{}\"", name),
                   "an activity has the name of one of \"calls\"");
        check_activity(journey, name, check);
    }
    for (const ClientCall& call : calls.list) {
        check.that(
            journey.find(call.title()) != nullptr, "journey",
            fmt::format("the call \"{}\" is in no activity, so nobody would make it", call.title()),
            "add an activity of its name, or take the call out");
        check.that(call.weight == 1, "calls",
                   fmt::format("the weight of \"{}\" has no meaning: the journey says what comes "
                               "next",
                               call.title()),
                   "take it out, and give weights to \"next\"");
    }
    const std::vector<bool> is_reached = reached(journey);
    for (std::size_t i = 0; i < journey.size(); ++i) {
        check.that(is_reached[i], "journey",
                   fmt::format("nobody comes to \"{}\"", journey.entries[i].first),
                   "sessions begin with the first activity: name this one in a \"next\"");
    }
}

Journey::Journey(const JourneySpec& spec, const ClientCalls& calls,
                 const sim::Distribution& think_time)
    : calls_(calls.list.size()) {
    for (const auto& [name, activity] : spec) {
        const auto call = std::ranges::find(calls.list, name, &ClientCall::title);
        steps_.push_back({static_cast<std::uint32_t>(call - calls.list.begin()), activity.requests,
                          activity.think_time ? activity.think_time->build() : think_time});
        weights_.push_back(weights_of(spec, activity));
        next_.emplace_back(weights_.back());
    }
}

std::uint32_t Journey::after(std::uint32_t activity, sim::Draws& draws) const {
    const auto next = static_cast<std::uint32_t>(next_[activity].sample(draws));
    return next == steps_.size() ? kLogOff : next;
}

double Journey::chance(std::size_t from, std::size_t to) const {
    return weights_[from][to] / total_of(weights_[from]);
}

double Journey::chance_to_log_off(std::size_t from) const {
    return chance(from, steps_.size());
}

// The chain in which who logs off logs on again has the same shares; half of each step is kept, so
// that it settles where activities only alternate.
std::vector<double> Journey::visits() const {
    const std::size_t n = steps_.size();
    std::vector<double> shares(n, 1.0 / static_cast<double>(n));
    constexpr int kSettled = 20'000;
    for (int turn = 0; turn < kSettled; ++turn) {
        std::vector<double> after(n);
        for (std::size_t from = 0; from < n; ++from) {
            after[from] += shares[from] / 2;
            after[0] += shares[from] / 2 * chance_to_log_off(from);
            for (std::size_t to = 0; to < n; ++to) after[to] += shares[from] / 2 * chance(from, to);
        }
        double moved = 0;
        for (std::size_t i = 0; i < n; ++i) moved = std::max(moved, std::abs(after[i] - shares[i]));
        shares = after;
        if (moved < 1e-15) break;
    }
    double sessions = 0;
    for (std::size_t i = 0; i < n; ++i) sessions += shares[i] * chance_to_log_off(i);
    if (sessions > 0) {
        for (double& share : shares) share /= sessions;
    }
    return shares;
}

std::vector<double> Journey::time_shares(double between_sessions_s) const {
    constexpr double kLeast = 1e-9;  // so that there is somewhere to be
    std::vector<double> shares = visits();
    double away = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const double off = chance_to_log_off(i);
        away += shares[i] * off * between_sessions_s;
        shares[i] *= (steps_[i].requests - off) * steps_[i].think_time.mean() + kLeast;
    }
    shares.push_back(away);
    return shares;
}

std::vector<double> Journey::call_shares() const {
    const std::vector<double> often = visits();
    std::vector<double> shares(calls_);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        shares[steps_[i].call] += often[i] * steps_[i].requests;
    }
    const double total = total_of(shares);
    for (double& share : shares) share /= total;
    return shares;
}

// Who logs off does not think about the last answer, but is away.
double Journey::mean_pause_s(double between_sessions_s) const {
    const std::vector<double> often = visits();
    double requests = 0;
    double pauses = 0;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        const double off = chance_to_log_off(i);
        requests += often[i] * steps_[i].requests;
        pauses += often[i] * ((steps_[i].requests - off) * steps_[i].think_time.mean() +
                              off * between_sessions_s);
    }
    return pauses / requests;
}

std::vector<double> ClientSpec::call_shares() const {
    if (!journey.empty()) return Journey(journey, calls, {}).call_shares();
    std::vector<double> shares;
    for (const ClientCall& call : calls.list) shares.push_back(call.weight);
    const double total = total_of(shares);
    if (total > 0) {
        for (double& share : shares) share /= total;
    }
    return shares;
}

}  // namespace models
