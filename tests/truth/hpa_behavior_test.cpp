// Limits, policies and stabilisation windows against Kubernetes' own test tables.
#include <doctest/doctest.h>

#include <vector>

#include "models/autoscalers/hpa/behavior.h"
#include "models/autoscalers/hpa/controller.h"
#include "tests/truth/hpa_tables.h"

using namespace truth;

namespace {

ScaleEvents events_of(const Json& list) {
    std::vector<ScaleEvents::Event> events;
    for (const Json& event : list) {
        events.push_back({event.at("replica_change").get<Replicas>(), time_of(event.at("t_s"))});
    }
    return ScaleEvents(events);
}

Recommendations recommendations_of(const Json& list) {
    std::vector<Recommendations::Recommendation> all;
    for (const Json& each : list) {
        all.push_back({each.at("replicas").get<Replicas>(), time_of(each.at("t_s"))});
    }
    return Recommendations(all);
}

}  // namespace

TEST_CASE("hpa: limits without a behavior") {
    const Json file = truth::file("hpa_behavior.json");
    Tally tally("legacy limits");
    for (const Json& test : file.at("convert_with_rules_no_behavior")) {
        tally.begin(test.at("id"));
        const Limited limited =
            limit_legacy(test.at("current").get<Replicas>(), test.at("desired").get<Replicas>(),
                         {test.at("min").get<Replicas>(), test.at("max").get<Replicas>()});
        tally.same("replicas", limited.replicas, test.at("expected").get<Replicas>());
        tally.same("condition", text_of(limited.reason),
                   test.at("expected_condition").get<std::string>());
    }
}

TEST_CASE("hpa: stabilisation") {
    const Json file = truth::file("hpa_behavior.json");
    Tally tally("stabilisation");
    for (const Json& test : file.at("stabilize_no_behavior")) {
        tally.begin(test.at("id"));
        Recommendations past = recommendations_of(test.at("recommendations"));
        const sim::Duration window = duration_of(test.at("downscale_stabilization_window_s"));
        tally.same("replicas",
                   past.stabilize_legacy(test.at("desired").get<Replicas>(), window, kNow),
                   test.at("expected_stabilized").get<Replicas>());
    }
    for (const Json& test : file.at("stabilize_with_behavior")) {
        tally.begin(test.at("id"));
        Recommendations past = recommendations_of(test.at("recommendations"));
        Behavior behavior;
        behavior.scale_up.stabilization_window = duration_of(test.at("scale_up_window_s"));
        behavior.scale_down.stabilization_window = duration_of(test.at("scale_down_window_s"));
        tally.same("replicas",
                   past.stabilize(test.at("current").get<Replicas>(),
                                  test.at("desired").get<Replicas>(), behavior, kNow),
                   test.at("expected_stabilized").get<Replicas>());
    }
}

TEST_CASE("hpa: scaling rules") {
    const Json file = truth::file("hpa_behavior.json");
    Tally tally("scaling rules");
    for (const Json& test : file.at("scaling_with_rules")) {
        tally.begin(test.at("id"));
        Behavior behavior;
        if (test.contains("scale_up") && test.at("scale_up").is_object()) {
            behavior.scale_up = rules_of(test.at("scale_up"));
        }
        if (test.contains("scale_down") && test.at("scale_down").is_object()) {
            behavior.scale_down = rules_of(test.at("scale_down"));
        }
        const ScaleHistory history{events_of(test.value("scale_up_events", Json::array())),
                                   events_of(test.value("scale_down_events", Json::array()))};
        const auto current = test.at("current").get<Replicas>();
        if (test.contains("expected_scale_up_limit")) {
            tally.same("limit", scale_up_limit(current, history, behavior.scale_up, kNow),
                       test.at("expected_scale_up_limit").get<Replicas>());
            continue;
        }
        if (test.contains("expected_scale_down_limit")) {
            tally.same("limit", scale_down_limit(current, history, behavior.scale_down, kNow),
                       test.at("expected_scale_down_limit").get<Replicas>());
            continue;
        }
        const Limited limited =
            limit(current, test.at("desired").get<Replicas>(),
                  {test.at("min").get<Replicas>(), test.at("max").get<Replicas>()}, behavior,
                  history, kNow);
        tally.same("replicas", limited.replicas, test.at("expected_replicas").get<Replicas>());
        tally.same("condition", text_of(limited.reason),
                   test.at("expected_condition").get<std::string>());
    }
}

TEST_CASE("hpa: the store of changes") {
    const Json file = truth::file("hpa_behavior.json");
    Tally tally("store of changes");
    for (const Json& test : file.at("store_scale_events")) {
        tally.begin(test.at("id"));
        ScaleEvents events = events_of(test.at("previous_events"));
        tally.same("change in the last minute", events.within(std::chrono::seconds(60), kNow),
                   test.at("expected_replica_change_in_last_60s").get<Replicas>());
        const Json& policies = test.at("policies");
        sim::Duration longest{};
        if (policies.is_object()) {
            longest = std::max(duration_of(value_or(policies, "pods_period_s", 0.0)),
                               duration_of(value_or(policies, "percent_period_s", 0.0)));
            events.add(test.at("new_change").get<Replicas>(), longest, kNow);
        }
        std::vector<Replicas> after;
        for (const ScaleEvents::Event& event : events.events()) after.push_back(event.change);
        const auto expected = test.at("expected_events_after").get<std::vector<Replicas>>();
        tally.same("events are right", after == expected, true);
    }
}

TEST_CASE("hpa: percentages as Go rounds them") {
    const Json file = truth::file("hpa_behavior.json");
    Tally tally("rounding");
    for (const Json& row : file.at("percent_policy_float_rounding").at("rows")) {
        tally.begin(row.dump());
        ScalingRules rules;
        rules.policies = {
            {PolicyType::percent, row.at("percent").get<std::int32_t>(), std::chrono::seconds(60)}};
        const auto current = row.at("n").get<Replicas>();
        if (row.contains("scale_up_limit")) {
            tally.same("up", scale_up_limit(current, {}, rules, kNow),
                       row.at("scale_up_limit").get<Replicas>());
        } else {
            tally.same("down", scale_down_limit(current, {}, rules, kNow),
                       row.at("scale_down_limit").get<Replicas>());
        }
    }
}
