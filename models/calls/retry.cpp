#include "models/calls/retry.h"

namespace models {

Retry::Retry(const Spec& spec, const Context& context)
    : spec_(spec),
      scheduler_(context.scheduler()),
      stream_(context.stream("back-off")),
      budget_(RetryBudgets::build(spec.budget)),
      retries_(context, "retries"),
      rescued_(context, "retries_rescued"),
      gave_up_(context, "retries_gave_up"),
      out_of_budget_(context, "retries_out_of_budget") {}

bool Retry::is_worth_it(const Response& response) const {
    const bool is_meant = spec_.retry_on.empty() || contains(spec_.retry_on, response.cause);
    return is_meant && !contains(spec_.ignore, response.cause);
}

Go Retry::enter(Call& call) {
    const std::uint64_t identity = call.request.identity;
    begin(call, identity, Backoff(sim::request_key(stream_, identity)));
    budget_->sent(scheduler_.now());
    return on();
}

Go Retry::answered(Call& call) {
    const bool succeeded = call.ok();
    budget_->ended(succeeded);
    if (succeeded && mine(call).backoff.waits() > 0) rescued_.add();
    if (!succeeded && is_worth_it(call.response) && pauses(call)) return stay(call);
    leave(call);
    return back();
}

// Waits before another attempt, if there is to be one. A wait lets everything else that is due go
// first, even when it takes no time: layers of retries without a wait must not keep the clock from
// being looked at. A retry that could not end before the request's deadline is not made.
bool Retry::pauses(Call& call) {
    Backoff& backoff = mine(call).backoff;
    if (backoff.waits() + 1 >= spec_.max_attempts) {
        gave_up_.add();
        return false;
    }
    const sim::Duration wait = backoff.next(spec_.backoff);
    if (wait >= call.request.deadline - scheduler_.now()) return false;
    if (!budget_->take(scheduler_.now())) {
        out_of_budget_.add();
        return false;
    }
    scheduler_.after(wait, call);
    return true;
}

Go Retry::woken(Call& call) {
    retries_.add();
    const State& my = mine(call);
    call.request.identity = Request::again_identity(my.identity, my.backoff.waits());
    return on();
}

void Retry::leave(Call& call) {
    restore(call);
    end(call);
}

}  // namespace models
