// Whom a failure strikes, when, and for how long: the same for every failure.
//
// It strikes instances, all that stands in a zone or a region, or what is sent between places.
//
// At a time, once; or once a condition holds, which is looked at again and again; or at random:
// each instance fails `time_to_fail` after it was last repaired and is repaired in
// `time_to_repair`, with chance of its own, so that one more instance moves nobody else's failures.
// With a crew of n repairs, no more than n are under way, first come first served (the
// machine-repair model). A share of all failures has a common cause, which takes the whole of a
// zone, or all victims where there are no zones: the beta-factor model (Fleming, "A reliability
// model for common mode failures in redundant safety systems", 1975), in which an instance's own
// failures and those it shares add up to one in `time_to_fail`.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "models/failures/condition.h"
#include "models/failures/failure_class.h"
#include "models/failures/target.h"
#include "models/spec/declaration/spec.h"
#include "models/times.h"

namespace models {

struct Outage {
    // Who calls what it strikes meets nobody there.
    static constexpr bool takes_away = false;
    // The kind that callers cannot tell it from; empty: none.
    static constexpr std::string_view same_to_callers{};

    FailureTarget target;  // none: everything in the zone or region, or links
    std::vector<PlaceName> from;
    std::vector<PlaceName> to;
    bool one_way = false;
    std::uint32_t instances = 0;
    std::optional<sim::Fraction> share;
    std::optional<ZoneName> zone;
    std::optional<std::string> region;
    std::optional<std::string> role;
    sim::Duration at{};
    std::optional<Condition> when;
    sim::Duration every = std::chrono::seconds(1);
    std::optional<sim::Duration> lasts;
    std::optional<Times> time_to_fail;
    std::optional<Times> time_to_repair;
    std::uint32_t crew = 0;
    sim::Fraction common_cause{};
    // Of spot instances: it is not in the scenario's failures but in the size of whom it strikes.
    bool is_interruption = false;

    bool is_random() const { return time_to_fail.has_value(); }
    // When it strikes is not known before the run.
    bool is_on_condition() const { return when.has_value(); }
    // What is sent from some places to others: without one side, from or to all that are not on the
    // other.
    bool is_on_links() const { return !from.empty() || !to.empty(); }
    void check(spec::Check& check) const;
    void check_when(spec::Check& check) const;
};

template <class Spec>
constexpr auto when_params() {
    using namespace spec;
    return std::tuple{
        param("at", &Spec::at, at_least(sim::Duration::zero()),
              "When it strikes, from the start of the run (warm-up included). For random failures "
              "and conditions: the earliest time."),
        param("when", &Spec::when,
              "Condition on which it strikes, once: \"web.in_flight > 100\", \"db.cpu_in_use >= "
              "90%\", \"failures[0].age >= 30s\" (since that one began last), joined by \"and\". "
              "Without it, it strikes at `at`."),
        param("every", &Spec::every, above(sim::Duration::zero()),
              "Interval at which the condition is checked."),
        param("lasts", &Spec::lasts, above(sim::Duration::zero()),
              "How long it lasts. Without it the failure is random and lasts for `time_to_repair`; "
              "one of the two is required."),
        param("time_to_fail", &Spec::time_to_fail,
              "Random failures: time from each repair to the next failure (MTBF). Without it the "
              "failure strikes once."),
        param("time_to_repair", &Spec::time_to_repair,
              "Random failures: time of a repair (MTTR); waiting for the crew comes on top. "
              "Without it the failure lasts for `lasts`; one of the two is required."),
        param("crew", &Spec::crew,
              "Number of repair crews: repairs that can be done at a time; others wait. With 0 "
              "(the default) there is no limit.")};
}

template <class Spec>
constexpr auto link_params() {
    using namespace spec;
    return std::tuple{
        param("from", &Spec::from,
              "Regions, zones, nodes or instances whose messages are affected. Without any, all "
              "but those in `to`."),
        param("to", &Spec::to,
              "Regions, zones, nodes or instances to which messages are affected. Without any, all "
              "but those in `from`."),
        param("one_way", &Spec::one_way,
              "Whether only messages in this direction are affected, and those back are not.")};
}

// All but whom.
template <class Spec>
constexpr auto choice_params() {
    using namespace spec;
    return std::tuple_cat(
        std::tuple{
            param("instances", &Spec::instances,
                  "Number of instances that fail, from the first. With 0 (the default) all do."),
            param("share", &Spec::share, above(sim::Fraction{0}),
                  "Share of the target's instances that fail, from the first, rounded up. Without "
                  "it `instances` says how many."),
            param("zone", &Spec::zone,
                  "Strikes only instances that are in this zone at that time. Without it those of "
                  "all zones."),
            param("region", &Spec::region,
                  "Strikes only instances that are in this region of the network at that time. "
                  "Without it those of all regions."),
            param("role", &Spec::role,
                  "Strikes only instances that have this role at that time: primary, replica, "
                  "master, leader, follower. Without it those of all roles.")},
        when_params<Spec>(),
        std::tuple{param("common_cause", &Spec::common_cause, at_most(sim::Fraction{1}),
                         "Common cause failures (beta factor): share of random failures that "
                         "strike the whole zone, or all targets where there are no zones.")});
}

// Of what strikes at a moment, and is not healed but by whom it strikes.
template <class Spec>
constexpr auto moment_params() {
    using namespace spec;
    return std::tuple{
        param("instances", &Spec::instances,
              "Number of instances that fail, from the first. With 0 (the default) all do."),
        param("share", &Spec::share, above(sim::Fraction{0}),
              "Share of the target's instances that fail, from the first, rounded up. Without it "
              "`instances` says how many."),
        param("zone", &Spec::zone,
              "Strikes only instances that are in this zone at that time. Without it those of all "
              "zones."),
        param("region", &Spec::region,
              "Strikes only instances that are in this region of the network at that time. Without "
              "it those of all regions."),
        param("at", &Spec::at, at_least(sim::Duration::zero()),
              "When it strikes, from the start of the run (warm-up included). With a condition: "
              "the earliest time."),
        param("when", &Spec::when,
              "Condition on which it strikes, once: \"web.in_flight > 100\". Without it, it "
              "strikes at `at`."),
        param("every", &Spec::every, above(sim::Duration::zero()),
              "Interval at which the condition is checked.")};
}

template <class Spec>
constexpr auto outage_params() {
    return std::tuple_cat(
        std::tuple{
            spec::required("target", &Spec::target,
                           "The node whose instances it strikes, or one instance: \"shop[3]\".")},
        choice_params<Spec>());
}

// Of instances, or of what is sent between places.
template <class Spec>
constexpr auto outage_or_link_params() {
    return std::tuple_cat(
        std::tuple{spec::param("target", &Spec::target,
                               "The node whose instances it strikes, or one instance: \"shop[3]\". "
                               "Without it, `from` and `to` say where.")},
        link_params<Spec>(), choice_params<Spec>());
}

}  // namespace models
