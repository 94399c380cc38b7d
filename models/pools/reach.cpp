#include "models/pools/reach.h"

#include "models/spans.h"

namespace models {

Go Leg::enter(Call& call) {
    sim::SpanNumber& outer = call.request.span;
    State& my = begin(call, attempt_.target_below(call), sim::SpanNumber{0}, outer);
    if (outer == 0) return on();
    sim::Observer& observer = *world_.recorder.observer();
    const sim::NameId name = observer.name(targets_.name(my.id));
    my.span = observer.begin(outer, {sim::SpanKind::client, meter_.id(), name});
    if (my.span != 0) call.request.span = my.span;
    return on();
}

Go Leg::answered(Call& call) {
    const sim::SpanNumber span = mine(call).span;
    if (span != 0) end_span(*world_.recorder.observer(), span, call.response);
    restore(call);
    end(call);
    return back();
}

void Leg::abandoned(Call& call) {
    const sim::SpanNumber span = mine(call).span;
    if (span != 0) {
        world_.recorder.observer()->end(span, Outcome::timed_out, cause::cancelled);
    }
    restore(call);
    end(call);
}

}  // namespace models
