// The caller checks what it is answered: an end-to-end checksum, a signature, a test of whether the
// value can be right (Saltzer, Reed and Clark, "End-to-end arguments in system design", 1984). A
// wrong answer fails; a retry around this asks again, somebody else where there are others.
#pragma once

#include "models/calls/policy.h"
#include "models/calls/tally.h"
#include "models/spec/declaration/spec.h"
#include "sim/figure.h"

namespace models {

class Verify final : public Policy {
public:
    struct Spec {
        static constexpr std::string_view kind = "verify";
        static constexpr std::string_view doc =
            "Verification of answers (end-to-end checksum, signature): a wrong answer fails as "
            "\"wrong answer\" instead of being taken for right.";
        sim::Fraction catches{1};
        static constexpr auto figures() {
            return std::array{sim::figure("wrong_answers_caught", sim::Unit::count, sim::Merge::sum,
                                          "Wrong answers that verification caught.")};
        }
        static constexpr auto params() {
            return std::tuple{spec::param(
                "catches", &Spec::catches, spec::above(sim::Fraction{0}),
                spec::at_most(sim::Fraction{1}),
                "Share of wrong answers that are caught. With 100% (the default, a checksum) all "
                "are; a check of plausibility catches fewer.")};
        }
    };

    Verify(const Spec& spec, const Context& context)
        : catches_(spec.catches.value),
          stream_(context.stream("verification")),
          caught_(context, "wrong_answers_caught") {}

    Go enter(Call&) override { return on(); }
    Go answered(Call& call) override {
        if (call.ok() && call.response.wrong) [[unlikely]]
            look_at(call);
        return back();
    }

private:
    void look_at(Call& call);

    double catches_;
    std::uint64_t stream_;
    Tally caught_;
};

}  // namespace models
