#include "models/steps/again.h"

#include "models/steps/step_block.h"

namespace models {

namespace {

// The list that may be gone through again.
class Loop final : public KeepingStep<Loop> {
public:
    struct State {
        std::uint64_t identity;
    };

    Loop(StepSite site, StepBody list) : KeepingStep(site), list_(std::move(list)) {}

    Go enter(Call& call) override {
        begin(call, call.request.identity);
        return list_.begin();
    }
    Go answered(Call& call) override {
        abandoned(call);
        return call.ok() ? on() : back();
    }
    void abandoned(Call& call) override {
        restore(call);
        end(call);
    }
    void restore(Call& call) override { call.request.identity = mine(call).identity; }
    void link_inner() override { list_.link(this, {this, Way::answered}); }
    double core_seconds_of(const Request& request) const override {
        return list_.core_seconds_of(request);
    }

    // Each round has luck of its own.
    Go begin_again(Call& call) {
        call.request.identity = Request::again_identity(call.request.identity, 1);
        return list_.begin();
    }

private:
    StepBody list_;
};

class Again final : public PlainStep {
public:
    Again(StepSite site, double chance, std::uint64_t stream)
        : PlainStep(site), chance_(chance), stream_(stream) {}

    Go enter(Call& call) override {
        sim::Draws draws(sim::request_key(stream_, call.request.identity));
        if (!draws.chance(chance_)) return on();
        return static_cast<Loop&>(*outer()).begin_again(call);
    }

private:
    double chance_;
    std::uint64_t stream_;
};

}  // namespace

std::unique_ptr<StepBlock> loop_around(StepSite site, StepBody list) {
    return std::make_unique<Loop>(site, std::move(list));
}

void AgainStep::compile(StepCompiler& into) const {
    into.add<Again>(value.value, into.stream(key, name));
}

}  // namespace models
