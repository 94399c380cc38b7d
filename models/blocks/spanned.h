// A span around what follows, of calls that are traced. It is in a program only when somebody
// traces. (Of a coroutine: CallSpan in spans.h.)
#pragma once

#include <string_view>

#include "models/blocks/block.h"
#include "models/context.h"
#include "sim/observer.h"

namespace models {

class Spanned final : public Keeps<Spanned> {
public:
    struct State {
        sim::SpanNumber span;   // 0: not traced
        sim::SpanNumber outer;  // of its caller
    };

    Spanned(const Context& context, std::string_view name,
            sim::SpanKind kind = sim::SpanKind::client)
        : world_(context.world),
          meter_(context.meter),
          name_(context.world.recorder.observer()->name(name)),
          kind_(kind) {}

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    void abandoned(Call& call) override;
    void restore(Call& call) override { call.request.span = mine(call).outer; }

private:
    World& world_;
    sim::Meter& meter_;
    sim::NameId name_;
    sim::SpanKind kind_;
};

}  // namespace models
