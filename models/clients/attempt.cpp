#include "models/clients/attempt.h"

namespace models {

Go Attempt::answered(Call& call) {
    const Response& response = call.response;
    const sim::Time intended = mine(call).intended;
    if (call.request.span != 0) [[unlikely]] {
        end_span(*observer_, call.request.span, response);
        restore(call);
    }
    end(call);
    meter_.spent(Spent::calling, scheduler_.now() - intended);
    meter_.left(intended, response.outcome, response.cause);
    if (counts()) {
        counts_.bytes_received += response.bytes;
        const bool is_lesser = response.degraded || response.stale || response.wrong;
        if (response.ok() && is_lesser) [[unlikely]] {
            counts_.degraded += response.degraded;
            counts_.stale += response.stale;
            counts_.wrong += response.wrong;
        }
    }
    return back();
}

void Attempt::abandoned(Call& call) {
    if (const sim::SpanNumber span = call.request.span; span != 0) {
        observer_->end(span, Outcome::timed_out, cause::cancelled);
    }
    restore(call);
    end(call);
}

Go Transfer::answered(Call& call) {
    const double bytes = static_cast<double>(call.request.bytes) + call.response.bytes;
    const sim::Duration takes = sim::from_seconds(bandwidth_.seconds_for(bytes));
    if (takes <= sim::Duration::zero()) return back();
    scheduler_.after(takes, call);
    return stay(call);
}

}  // namespace models
