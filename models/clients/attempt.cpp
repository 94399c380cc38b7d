#include "models/clients/attempt.h"

#include "models/spans.h"

namespace models {

Go Attempt::answered(Call& call) {
    const Response& response = call.response;
    const sim::Time intended = mine(call).intended;
    end(call);
    meter_.spent(Spent::calling, scheduler_.now() - intended);
    meter_.left(intended, response.outcome, response.cause);
    if (counts()) {
        counts_.bytes_received += response.bytes;
        counts_.degraded += response.ok() && response.degraded;
        counts_.stale += response.ok() && response.stale;
    }
    return back();
}

void RootSpan::open(Call& call, sim::Time intended, std::string_view name) {
    begin_root(world_, meter_, call.request, {intended, name});
}

Go RootSpan::answered(Call& call) {
    if (const sim::SpanNumber span = call.request.span; span != 0) {
        end_span(*world_.recorder.observer(), span, call.response);
    }
    restore(call);
    return back();
}

void RootSpan::abandoned(Call& call) {
    if (const sim::SpanNumber span = call.request.span; span != 0) {
        world_.recorder.observer()->end(span, Outcome::timed_out, Cause::cancelled);
    }
    restore(call);
}

Go Transfer::answered(Call& call) {
    const double bytes = static_cast<double>(call.request.bytes) + call.response.bytes;
    const sim::Duration takes = sim::from_seconds(bandwidth_.seconds_for(bytes));
    if (takes <= sim::Duration::zero()) return back();
    scheduler_.after(takes, call);
    return stay(call);
}

}  // namespace models
