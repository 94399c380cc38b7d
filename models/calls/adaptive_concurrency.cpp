#include "models/calls/adaptive_concurrency.h"

namespace models {

namespace {

// A call under way, until its frame is gone.
class Held {
public:
    explicit Held(std::uint32_t& count) : count_(count) { ++count_; }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() { --count_; }

private:
    std::uint32_t& count_;
};

}  // namespace

AdaptiveConcurrency::AdaptiveConcurrency(const Spec& spec, const Context& context, Service& inner)
    : choice_(spec.limit),
      world_(context.world),
      stream_(context.stream("concurrency limit")),
      inner_(inner),
      callers_(spec.scope),
      limits_(context.meter.timeline("concurrency_limit", "")),
      rejected_(context, "over_concurrency_limit") {}

std::unique_ptr<AdaptiveConcurrency::Caller> AdaptiveConcurrency::make_caller(
    std::uint32_t number) {
    auto caller = std::make_unique<Caller>();
    caller->limit = ConcurrencyLimits::build(choice_, sim::request_key(stream_, number));
    limits_.add(world_.scheduler.now(), caller->limit->limit());
    return caller;
}

Reply AdaptiveConcurrency::call(Request request) {
    Caller& mine =
        callers_.of(request, [this](std::uint32_t number) { return make_caller(number); });
    if (mine.in_flight >= mine.limit->limit()) {
        rejected_.add();
        co_return Response{Outcome::rejected, Cause::bulkhead_full};
    }
    const Held held(mine.in_flight);
    const std::uint32_t in_flight = mine.in_flight;
    const sim::Time began = world_.scheduler.now();
    const Response response = co_await inner_.call(request);
    if (response.outcome == Outcome::failed) co_return response;
    const double before = mine.limit->limit();
    mine.limit->add({world_.scheduler.now() - began, in_flight, !response.ok()});
    limits_.add(world_.scheduler.now(), mine.limit->limit() - before);
    co_return response;
}

}  // namespace models
