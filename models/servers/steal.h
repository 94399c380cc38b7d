// Noisy neighbours: others on the same hardware, who take a share of an instance's core time now
// and then. A guest sees it as steal time.
#pragma once

#include <chrono>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"

namespace models {

struct StealSpec {
    static constexpr std::string_view name = "noisy_neighbours";
    static constexpr std::string_view doc =
        "Noisy neighbours that take core time from an instance now and then.";
    sim::Fraction share{0.5};
    spec::Distribution<sim::Duration> noisy =
        spec::Constant<sim::Duration>{std::chrono::seconds(5)};
    spec::Distribution<sim::Duration> quiet =
        spec::Constant<sim::Duration>{std::chrono::seconds(55)};
    sim::Fraction instances{1.0};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("share", &StealSpec::share, at_most(sim::Fraction{0.99}),
                  "Share of the cores stolen while neighbours are noisy (steal time)."),
            param("noisy", &StealSpec::noisy, "How long neighbours are noisy at a time."),
            param("quiet", &StealSpec::quiet, "How long neighbours are quiet between."),
            param("instances", &StealSpec::instances,
                  "Share of the instances that have such neighbours.")};
    }
};

}  // namespace models
