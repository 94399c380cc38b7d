// Instances answer some requests with a failure at once: a bad release, a wrong configuration.
#pragma once

#include <array>

#include "models/failures/failure.h"
#include "models/failures/injection.h"

namespace models {

enum class ErrorCause { fault, unavailable, rate_limited, not_found };
constexpr auto names_of(ErrorCause) {
    return std::array{
        spec::Word{"fault", ErrorCause::fault, "Internal server error (500)."},
        spec::Word{"unavailable", ErrorCause::unavailable, "Service unavailable (503)."},
        spec::Word{"rate_limited", ErrorCause::rate_limited, "Too many requests (429)."},
        spec::Word{"not_found", ErrorCause::not_found, "Not found (404)."}};
}

class Errors final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "errors";
        static constexpr std::string_view doc =
            "Instances answer a share of their requests with a failure, at once.";
        static constexpr FailureClass failure_class = FailureClass::partial;
        static constexpr Abilities needs = Abilities::injection();
        sim::Fraction rate{1};
        ErrorCause cause = ErrorCause::fault;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                outage_params<Spec>(),
                std::tuple{param("rate", &Spec::rate, above(sim::Fraction{0}),
                                 at_most(sim::Fraction{1}), "Share of requests that fail."),
                           param("cause", &Spec::cause, "Error that callers get.")});
        }
    };

    Errors(const Spec& spec, std::uint64_t stream)
        : errors_{spec.rate.value, cause_of(spec.cause), stream} {}

    void strike(Instance& instance) override { as<Injectable>(instance).injection()->add(errors_); }
    void heal(Instance& instance) override {
        as<Injectable>(instance).injection()->remove(errors_);
    }

private:
    static Cause cause_of(ErrorCause cause) {
        switch (cause) {
            case ErrorCause::unavailable:
                return cause::unavailable;
            case ErrorCause::rate_limited:
                return cause::rate_limited;
            case ErrorCause::not_found:
                return cause::not_found;
            case ErrorCause::fault:
                break;
        }
        return cause::fault;
    }

    Injection::Errors errors_;
};

}  // namespace models
