#include "models/steps/count.h"

#include "models/steps/step_block.h"

namespace models {

namespace {

class Count final : public PlainStep {
public:
    Count(StepSite site, std::size_t counter) : PlainStep(site), counter_(counter) {}

    Go enter(Call& call) override {
        server_.count(counter_);
        if (VisitNotes* const mine = notes(call)) mine->counted = true;
        return on();
    }

private:
    std::size_t counter_;
};

}  // namespace

void CountStep::compile(StepCompiler& into) const {
    into.add<Count>(into.server().counter(value));
}

}  // namespace models
