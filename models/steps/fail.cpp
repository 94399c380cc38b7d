#include "models/steps/fail.h"

#include "models/steps/step_block.h"

namespace models {

namespace {

class Fail final : public PlainStep {
public:
    Fail(StepSite site, double share, const Response& with, std::uint64_t stream)
        : PlainStep(site), share_(share), with_(with), stream_(stream) {}

    Go enter(Call& call) override {
        sim::Draws draws(sim::request_key(stream_, call.request.identity));
        return draws.chance(share_) ? answer(call, with_) : on();
    }

private:
    double share_;
    Response with_;
    std::uint64_t stream_;
};

}  // namespace

void FailStep::compile(StepCompiler& into) const {
    if (value.value <= 0) return;
    into.add<Fail>(value.value, Response{outcome(), cause},
                   value.value < 1 ? into.stream(key, name) : 0);
}

Cost FailStep::cost(Costing&) const {
    return {0, 0, 1 - value.value, {}};
}

}  // namespace models
