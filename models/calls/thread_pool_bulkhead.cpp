#include "models/calls/thread_pool_bulkhead.h"

namespace models {

ThreadPoolBulkhead::ThreadPoolBulkhead(const Spec& spec, const Context& context, Service& inner)
    : spec_(spec),
      scheduler_(context.scheduler()),
      inner_(inner),
      threads_(spec.scope),
      full_(context, "thread_pool_full"),
      most_(context, "thread_pool_most") {}

Reply ThreadPoolBulkhead::call(Request request) {
    sim::Slots& threads = threads_.of(request, [this](std::uint32_t) {
        return std::make_unique<sim::Slots>(scheduler_, spec_.max_thread_pool_size);
    });
    if (threads.full() && threads.waiting() >= spec_.queue_capacity) {
        full_.add();
        co_return Response{Outcome::rejected, Cause::bulkhead_full};
    }
    const sim::Place thread = co_await threads.take();
    most_.at_least(static_cast<double>(threads.taken()));
    co_return co_await inner_.call(request);
}

}  // namespace models
