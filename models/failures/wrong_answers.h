// Instances compute wrong values and answer as if they were right: no error, no delay. Silent data
// corruption (Hochschild et al., "Cores that don't count", HotOS 2021), a byzantine failure.
//
// Nobody in the run sees it who does not check: each answer carries whether it is wrong
// (Response::wrong), clients count those they took for right (`wrong_answers`), and only a policy
// that verifies answers, or a quorum that is masked against liars, reads the mark.
#pragma once

#include "models/failures/failure.h"
#include "models/failures/injection.h"

namespace models {

class WrongAnswers final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "wrong_answers";
        static constexpr std::string_view doc =
            "Wrong values (silent data corruption, a Byzantine failure): instances answer a share "
            "of their requests wrongly, as soon and as successfully as ever. Only who verifies "
            "answers, or outvotes them in a quorum, notices.";
        static constexpr FailureClass failure_class = FailureClass::byzantine;
        static constexpr Abilities needs = Abilities::injection() | Abilities::values();
        sim::Fraction rate{1};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                outage_params<Spec>(),
                std::tuple{param("rate", &Spec::rate, above(sim::Fraction{0}),
                                 at_most(sim::Fraction{1}), "Share of answers that are wrong.")});
        }
    };

    WrongAnswers(const Spec& spec, std::uint64_t stream) : wrong_{spec.rate.value, stream} {}

    void strike(Instance& instance) override { as<Injectable>(instance).injection()->add(wrong_); }
    void heal(Instance& instance) override { as<Injectable>(instance).injection()->remove(wrong_); }

private:
    Injection::Wrong wrong_;
};

}  // namespace models
