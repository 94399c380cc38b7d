// A step whose work is done by calls of their own, at the same instance: branches side by side, the
// items of a list.
#pragma once

#include "models/servers/answers.h"
#include "models/steps/step_block.h"

namespace models {

class Forks : public KeepingStep<Forks> {
public:
    struct State {
        sim::Time began;
        Response whole;  // what the answers make together, beside what was there before
        std::uint32_t next;
        std::uint32_t running;
        std::uint32_t last;      // the one whose answer gave its body
        std::uint32_t last_bad;  // and its failure, from 1
        bool is_forking;
    };

    Go enter(Call& call) override;
    void joined(Call& call, Call& child) override;
    Go woken(Call& call) override;
    void abandoned(Call& call) override;

protected:
    explicit Forks(StepSite site, bool side_by_side)
        : KeepingStep(site), side_by_side_(side_by_side) {}

    virtual std::uint32_t count() const = 0;
    virtual Request request(const Request& request, std::uint32_t number) const = 0;
    virtual Go begin_of(std::uint32_t number) const = 0;

private:
    bool is_more_to_do(const State& my) const;
    Go go_on(Call& call);
    Go finish(Call& call);

    bool side_by_side_;
};

}  // namespace models
