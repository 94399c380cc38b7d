#include "models/calls/retry.h"

#include "sim/timer.h"

namespace models {

namespace {

// A wait that lets everything else that is due go first, even when it takes no time: layers of
// retries without a wait must not keep the clock from being looked at.
class Pause {
public:
    Pause(sim::Scheduler& scheduler, sim::Duration wait) : timer_(scheduler), wait_(wait) {}

    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> sleeper) { timer_.start(wait_, sleeper); }
    void await_resume() { timer_.fired(); }

private:
    sim::Timer timer_;
    sim::Duration wait_;
};

}  // namespace

Retry::Retry(const Spec& spec, const Context& context, Service& inner)
    : spec_(spec),
      scheduler_(context.scheduler()),
      stream_(context.stream("back-off")),
      inner_(inner),
      budget_(RetryBudgets::build(spec.budget)),
      retries_(context, "retries"),
      rescued_(context, "retries_rescued"),
      gave_up_(context, "retries_gave_up"),
      out_of_budget_(context, "retries_out_of_budget") {}

bool Retry::is_worth_it(const Response& response) const {
    const bool is_meant = spec_.retry_on.empty() || contains(spec_.retry_on, response.cause);
    return is_meant && !contains(spec_.ignore, response.cause);
}

// A retry that could not end before the request's deadline is not made.
Reply Retry::call(Request request) {
    Backoff backoff(spec_.backoff, sim::request_key(stream_, request.identity));
    budget_->sent(scheduler_.now());
    Response response = co_await inner_.call(request);
    budget_->ended(response.ok());
    for (std::uint32_t attempt = 1; !response.ok() && is_worth_it(response); ++attempt) {
        if (attempt >= spec_.max_attempts) {
            gave_up_.add();
            break;
        }
        const sim::Duration wait = backoff.next();
        if (wait >= request.deadline - scheduler_.now()) break;
        if (!budget_->take(scheduler_.now())) {
            out_of_budget_.add();
            break;
        }
        co_await Pause(scheduler_, wait);
        retries_.add();
        response = co_await inner_.call(request.again(attempt));
        budget_->ended(response.ok());
        if (response.ok()) rescued_.add();
    }
    co_return response;
}

}  // namespace models
