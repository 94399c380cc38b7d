// How much more an instance does with more cores: Gunther's universal scalability law.
//
//     C(n) = n / (1 + contention (n - 1) + coherency n (n - 1))
//
// (N. J. Gunther, "A simple capacity model of massively parallel transaction systems", 1993.)
// Contention is what only one core can do at a time, Amdahl's law when it is alone; coherency is
// what each has to tell each other, and for it C(n) has a maximum beyond which more cores do less.
// Each of the n cores works at C(n) / n of its speed.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"

namespace models {

struct Scalability {
    static constexpr std::string_view name = "scalability";
    static constexpr std::string_view doc =
        "Universal scalability law: how much more an instance does with more cores.";
    sim::Fraction contention{};
    sim::Fraction coherency{};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("contention", &Scalability::contention,
                                "Contention (sigma): share of the work that is serial, done by one "
                                "core at a time."),
                          param("coherency", &Scalability::coherency,
                                "Coherency (kappa): cost of keeping each pair of cores consistent, "
                                "as a share of the work.")};
    }

    // The speed of each of so many cores.
    double speed(double cores) const {
        const double others = cores > 1 ? cores - 1 : 0;
        return 1 / (1 + contention.value * others + coherency.value * cores * others);
    }
};

}  // namespace models
