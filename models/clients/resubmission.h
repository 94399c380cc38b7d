// People who send the same thing again: a double click, a second try after an error.
//
// The second request is the same operation (an idempotency key), so a service that looks at it can
// tell; one that does not works twice, and maybe charges twice.
#pragma once

#include <chrono>
#include <tuple>

#include "models/spec/declaration/spec.h"

namespace models {

struct Resubmission {
    static constexpr std::string_view name = "resubmission";
    static constexpr std::string_view doc = "People who send the same operation again.";
    sim::Fraction double_click{};
    sim::Fraction after_failure{};
    spec::Distribution<sim::Duration> after =
        spec::Constant<sim::Duration>{std::chrono::milliseconds(300)};
    std::uint32_t most = 3;

    bool happens() const { return double_click.value > 0 || after_failure.value > 0; }

    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("double_click", &Resubmission::double_click,
                  "Share of requests that are sent a second time, whatever happens to the first."),
            param("after_failure", &Resubmission::after_failure,
                  "Share of failed requests that their user sends once more."),
            param("after", &Resubmission::after, "Time until the request is sent again."),
            param("most", &Resubmission::most, at_most(100u),
                  "Most tries of a user after failures.")};
    }
};

}  // namespace models
