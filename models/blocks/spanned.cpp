#include "models/blocks/spanned.h"

#include "models/spans.h"

namespace models {

Go Spanned::enter(Call& call) {
    State& my = begin(call, sim::SpanNumber{0}, call.request.span);
    if (call.request.span != 0) {
        sim::Observer& observer = *world_.recorder.observer();
        my.span = observer.begin(call.request.span, {kind_, meter_.id(), name_});
        if (my.span != 0) call.request.span = my.span;
    }
    return on();
}

Go Spanned::answered(Call& call) {
    if (const sim::SpanNumber span = mine(call).span; span != 0) {
        end_span(*world_.recorder.observer(), span, call.response);
    }
    restore(call);
    end(call);
    return back();
}

void Spanned::abandoned(Call& call) {
    if (const sim::SpanNumber span = mine(call).span; span != 0) {
        world_.recorder.observer()->end(span, Outcome::timed_out, cause::cancelled);
    }
    restore(call);
    end(call);
}

}  // namespace models
