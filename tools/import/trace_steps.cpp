#include "tools/import/trace_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/spec/units/units.h"
#include "reports/words/numbers.h"
#include "tools/import/law_notation.h"

namespace tools::imports {

namespace {

using models::spec::Json;

constexpr std::uint32_t kFewCalls = 3;  // of one kind, written one by one
constexpr double kLeastLatency = 1e-6;

Json one_member(const char* name, Json value) {
    return Json::Object{{name, std::move(value), {}}};
}

std::string counted(std::size_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

class StepMaker {
public:
    StepMaker(const EndpointProfile& profile, const TraceNames& names, const RefusedCalls& refused)
        : profile_(profile), names_(names), refused_(refused) {}

    std::vector<NotedStep> make() {
        const NotedLaw own = noted_law(profile_.own_seconds);
        steps_.push_back({one_member("work", own.json), {"Own time, " + own.said + "."}});
        if (profile_.fails_early) add_failures();
        for (const auto& group : parallel_units()) add_group(group);
        if (!profile_.fails_early) add_failures();
        return std::move(steps_);
    }

private:
    void add_failures() {
        if (profile_.failed_alone == 0) return;
        const double share =
            static_cast<double>(profile_.failed_alone) / static_cast<double>(profile_.requests);
        steps_.push_back(
            {one_member("fail", share_text(share)),
             {fmt::format("{} of {} failed though no call of theirs did.", profile_.failed_alone,
                          counted(profile_.requests, "request"))}});
    }

    // Units, and kinds, that overlap: each with all that overlaps any of its group.
    template <class Overlap>
    static std::vector<std::vector<std::size_t>> grouped(std::size_t count, Overlap&& overlap) {
        std::vector<std::vector<std::size_t>> groups;
        for (std::size_t i = 0; i < count; ++i) {
            std::vector<std::size_t> joined;
            std::erase_if(groups, [&](const std::vector<std::size_t>& group) {
                const bool is_joined = std::ranges::any_of(
                    group, [&](std::size_t other) { return overlap(other, i); });
                if (is_joined) joined.insert(joined.end(), group.begin(), group.end());
                return is_joined;
            });
            joined.push_back(i);
            groups.push_back(std::move(joined));
        }
        for (auto& each : groups) std::ranges::sort(each);
        std::ranges::sort(groups);
        return groups;
    }

    std::vector<std::vector<std::size_t>> parallel_units() const {
        return grouped(profile_.units.size(), [&](std::size_t a, std::size_t b) {
            const auto& others = profile_.units[b].kinds;
            return std::ranges::any_of(profile_.units[a].kinds, [&](std::size_t kind) {
                return std::ranges::any_of(
                    others, [&](std::size_t other) { return runs_beside(kind, other); });
            });
        });
    }

    bool runs_beside(std::size_t a, std::size_t b) const {
        return !profile_.kinds[a].is_async && !profile_.kinds[b].is_async && profile_.overlap(a, b);
    }

    void add_group(const std::vector<std::size_t>& group) {
        std::vector<std::string> comments;
        Json::List branches;
        for (const std::size_t unit : group) {
            Json::List steps = unit_steps(profile_.units[unit], comments);
            if (!steps.empty()) branches.push_back(std::move(steps));
        }
        if (branches.empty()) return;
        if (branches.size() > 1) {
            steps_.push_back({one_member("parallel", std::move(branches)), std::move(comments)});
            return;
        }
        for (Json& each : *branches.front().list()) {
            steps_.push_back({std::move(each), std::move(comments)});
            comments.clear();
        }
    }

    Json::List unit_steps(const CallUnit& unit, std::vector<std::string>& comments) const {
        for (const std::size_t kind : unit.kinds) comments.push_back(said_of(kind));
        if (unit.patterns.size() == 1) {
            return pattern_steps(unit, unit.patterns.front().counts);
        }
        Json::List branches;
        for (const CallPattern& each : unit.patterns) {
            Json branch = one_member("weight", each.requests);
            Json::List steps = pattern_steps(unit, each.counts);
            if (!steps.empty()) branch.put("steps", std::move(steps));
            branches.push_back(std::move(branch));
        }
        const bool has_steps = std::ranges::any_of(
            branches, [](const Json& each) { return each.find("steps") != nullptr; });
        if (!has_steps) return {};
        return {one_member("choose", std::move(branches))};
    }

    Json::List pattern_steps(const CallUnit& unit, const std::vector<std::uint32_t>& counts) const {
        const auto groups = grouped(unit.kinds.size(), [&](std::size_t a, std::size_t b) {
            return runs_beside(unit.kinds[a], unit.kinds[b]);
        });
        Json::List steps;
        for (const auto& group : groups) {
            Json::List branches;
            for (const std::size_t i : group) {
                Json::List calls = repeated(unit.kinds[i], counts[i]);
                if (!calls.empty()) branches.push_back(std::move(calls));
            }
            if (branches.size() > 1) {
                steps.push_back(one_member("parallel", std::move(branches)));
            } else if (!branches.empty()) {
                for (Json& each : *branches.front().list()) steps.push_back(std::move(each));
            }
        }
        return steps;
    }

    // So many calls of a kind, at once or one after another.
    Json::List repeated(std::size_t number, std::uint32_t count) const {
        const CallKind& kind = profile_.kinds[number];
        if (count == 0) return {};
        const Json call = call_step(kind);
        if (call.is_null()) return {};
        Json::List steps;
        if (count == 1) {
            steps.push_back(call);
        } else if (count <= kFewCalls && !kind.overlaps_itself) {
            steps.assign(count, call);
        } else {
            Json items = one_member("items", std::min<std::uint32_t>(count, 10'000));
            items.put("as", kind.overlaps_itself ? "at_once" : "one_by_one");
            items.put("steps", Json::List{call});
            steps.push_back(std::move(items));
        }
        if (!kind.is_async) return steps;
        return {one_member("async", std::move(steps))};
    }

    bool is_refused(const CallKind& kind) const {
        return refused_.contains(
            {names_.number_of_node(profile_.target), names_.number_of_node(kind.target)});
    }

    // Null: there is nothing to be done.
    Json call_step(const CallKind& kind) const {
        if (is_refused(kind)) {
            return kind.is_async ? Json() : one_member("wait", noted_law(kind.seconds).json);
        }
        Json step = one_member("call", names_.call(kind.target));
        const double latency = kind.beyond_ns.value_or(0) / 2 * 1e-9;
        if (latency >= kLeastLatency) step.put("latency", short_duration(latency));
        Json::List policies = policies_of(kind);
        if (kind.tolerated * 2 > kind.failed) {
            policies.insert(policies.begin(), one_member("kind", "fallback"));
        }
        if (!policies.empty()) step.put("policies", std::move(policies));
        return step;
    }

    std::string said_of(std::size_t number) const {
        const CallKind& kind = profile_.kinds[number];
        std::string text = fmt::format("{}: {} calls in {} requests", names_.call(kind.target),
                                       kind.calls, profile_.requests);
        if (is_refused(kind)) {
            return text + (kind.is_async ? "; left out, since" : "; only waited for, since") +
                   " calls must not go round in a circle.";
        }
        if (kind.attempts > kind.calls) {
            text += fmt::format(", {} attempts", kind.attempts);
        }
        if (kind.failed > 0) {
            text += fmt::format("; {} failed, and {} of these requests succeeded", kind.failed,
                                kind.tolerated);
        }
        if (kind.is_async) text += "; nobody waits for them";
        if (kind.beyond_ns.value_or(0) >= 1000) {
            text += fmt::format("; callers waited {} longer than they were served",
                                reports::brief(*kind.beyond_ns * 1e-9));
        }
        return text + ".";
    }

    const EndpointProfile& profile_;
    const TraceNames& names_;
    const RefusedCalls& refused_;
    std::vector<NotedStep> steps_;
};

}  // namespace

std::vector<NotedStep> steps_of(const EndpointProfile& profile, const TraceNames& names,
                                const RefusedCalls& refused) {
    return StepMaker(profile, names, refused).make();
}

Json::List policies_of(const CallKind& kind) {
    if (kind.most_attempts < 2) return {};
    const auto again = static_cast<double>(kind.attempts - kind.calls);
    Json policy = one_member("kind", "retry");
    policy.put("max_attempts", std::min<std::size_t>(kind.most_attempts, 1000));
    policy.put("backoff", one_member("wait_duration",
                                     short_duration(kind.between_attempts_ns * 1e-9 / again)));
    return {std::move(policy)};
}

std::string share_text(double share) {
    const double percent = std::clamp(share, 0.0, 1.0) * 100;
    const double unit = percent < 1 ? 1e6 : 1e3;
    return models::spec::text_of(std::round(percent * unit) / unit) + "%";
}

}  // namespace tools::imports
