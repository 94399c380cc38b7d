// What an endpoint does, step by step: a request is a program.
//
//     [{"work": "2ms"}, {"call": "db.select"}, {"choose": [{"share": 0.1, "steps": [...]}]}]
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/audience.h"
#include "models/calls/policy.h"
#include "models/clients/keys/keys.h"
#include "models/spec/spec.h"

namespace models {

using Times = spec::Distribution<sim::Duration>;

struct Step;
using Steps = std::vector<Step>;

struct WorkStep {
    static constexpr std::string_view key = "work";
    static constexpr std::string_view doc = "Core time at this instance.";
    Times value;
    static constexpr auto body() { return spec::param("work", &WorkStep::value, "Core time."); }
};

struct WaitStep {
    static constexpr std::string_view key = "wait";
    static constexpr std::string_view doc = "Time that passes without using a core.";
    Times value;
    static constexpr auto body() { return spec::param("wait", &WaitStep::value, "How long."); }
};

struct FailStep {
    static constexpr std::string_view key = "fail";
    static constexpr std::string_view doc = "The share of requests that fail here.";
    sim::Fraction value;
    static constexpr auto body() { return spec::param("fail", &FailStep::value, "How often."); }
};

struct CallStep {
    static constexpr std::string_view key = "call";
    static constexpr std::string_view doc =
        "Calls another node and waits; when that does not succeed, neither does this request.";
    spec::CallRef value;
    Times latency;
    std::vector<PolicyChoice> policies;
    bool core = false;
    static constexpr auto body() {
        return spec::param("call", &CallStep::value, "The node, or \"node.endpoint\".");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("latency", &CallStep::latency, "The network, one way."),
                          param("policies", &CallStep::policies,
                                "What the caller does about trouble; the first is the outermost."),
                          param("core", &CallStep::core,
                                "Whether the request is about this call, as an order is about its "
                                "payment: then no made-up answer may stand in for it.")};
    }
    void check(spec::Check& check) const {
        check.that(!core || !makes_up_answers(policies), "policies",
                   "a core call must not be answered with a default or an old value",
                   "let it fail, or fall back to another service or to an error");
    }
};

struct ParallelStep {
    static constexpr std::string_view key = "parallel";
    static constexpr std::string_view doc = "Branches that run side by side; waits for all.";
    std::vector<Steps> value;
    static constexpr auto body() {
        return spec::param("parallel", &ParallelStep::value, spec::not_empty(), "The branches.");
    }
};

struct AsyncStep {
    static constexpr std::string_view key = "async";
    static constexpr std::string_view doc =
        "Steps that a thread of the background goes through; the answer does not wait for them.";
    Steps value;
    static constexpr auto body();
};

struct CountStep {
    static constexpr std::string_view key = "count";
    static constexpr std::string_view doc =
        "Counts the request, as one that bought something: a measure of that name, and what "
        "experiments compare.";
    std::string value;
    static constexpr auto body() {
        return spec::param("count", &CountStep::value, spec::not_empty(), "What it is counted as.");
    }
};

struct Branch {
    static constexpr std::string_view name = "branch";
    static constexpr std::string_view doc = "Steps, and how often they are chosen.";
    double weight = 1;
    std::string label;
    std::vector<std::string> segments;
    Steps steps;
    static constexpr auto params();
};

enum class ChooseBy : std::uint8_t { chance, user };

constexpr auto names_of(ChooseBy) {
    return std::array{
        spec::Word{"chance", ChooseBy::chance, "Each request anew."},
        spec::Word{"user", ChooseBy::user, "By a hash of the user: always the same for one."}};
}

struct ChooseStep {
    static constexpr std::string_view key = "choose";
    static constexpr std::string_view doc = "One branch, as often as its weight says.";
    std::vector<Branch> value;
    ChooseBy by = ChooseBy::chance;
    std::string experiment;
    static constexpr auto body() {
        return spec::param("choose", &ChooseStep::value, spec::not_empty(), "The branches.");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("by", &ChooseStep::by, "What decides: a feature flag goes by the user."),
            param("experiment", &ChooseStep::experiment,
                  "Its name, if the branches are to be compared by what is counted in them.")};
    }
    void check(spec::Check& check) const {
        double total = 0;
        for (const Branch& branch : value) total += branch.weight;
        check.that(total > 0, "choose", "all the weights are zero");
    }
};

enum class ItemsAs { one_by_one, at_once, list };
constexpr auto names_of(ItemsAs) {
    return std::array{
        spec::Word{"one_by_one", ItemsAs::one_by_one, "The steps for each, one after another."},
        spec::Word{"at_once", ItemsAs::at_once, "The steps for each, side by side."},
        spec::Word{"list", ItemsAs::list,
                   "The steps once, about all of them: the list is the key, as in WHERE id IN."}};
}

struct ItemsStep {
    static constexpr std::string_view key = "items";
    static constexpr std::string_view doc = "Steps about several items, drawn anew.";
    std::uint32_t value = 1;
    KeyChoice keys;
    ItemsAs as = ItemsAs::one_by_one;
    Steps steps;
    static constexpr auto body() {
        using namespace spec;
        return param("items", &ItemsStep::value, at_least(1u), at_most(10000u), "How many.");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("keys", &ItemsStep::keys, "Which items."),
                          param("as", &ItemsStep::as, "How they are asked for."),
                          param("steps", &ItemsStep::steps, "What happens with them.")};
    }
};

struct Step : spec::Tagged<WorkStep, CallStep, ParallelStep, ChooseStep, WaitStep, FailStep,
                           AsyncStep, CountStep, ItemsStep> {
    using Tagged::Tagged;
    static constexpr std::string_view name = "step";
    static constexpr std::string_view doc = "One step of an endpoint.";
};

// Of the branches, wherever they are among the steps.
void find_audiences(const Steps& steps, const std::string& pointer, std::vector<Audience>& found);

constexpr auto Branch::params() {
    using namespace spec;
    return std::tuple{param("weight", &Branch::weight, at_least(0.0), "Against the others'."),
                      param("label", &Branch::label,
                            "What an experiment calls it; its number, from 0, unless given."),
                      param("segments", &Branch::segments,
                            "Segments of clients' users, who always come here; nobody else does."),
                      param("steps", &Branch::steps, "What happens in this branch.")};
}

constexpr auto AsyncStep::body() {
    return spec::param("async", &AsyncStep::value, spec::not_empty(), "What is done.");
}

}  // namespace models
