#include "models/calls/thread_pool_bulkhead.h"

#include "models/blocks/calls.h"

namespace models {

ThreadPoolBulkhead::ThreadPoolBulkhead(const Spec& spec, const Context& context)
    : spec_(spec),
      world_(context.world),
      threads_(spec.scope),
      full_(context, "thread_pool_full"),
      most_(context, "thread_pool_most") {
    context.meter.resource("thread pool to <node>",
                           [this](sim::Time, sim::Uses& uses) {
                               threads_.for_each([&](const sim::Semaphore& threads) {
                                   uses.push_back(threads.use());
                               });
                           },
                           {.to = context.callee});
}

sim::Semaphore& ThreadPoolBulkhead::threads_for(const Request& request) {
    return threads_.of(request, [this](std::uint32_t) {
        return std::make_unique<sim::Semaphore>(world_.scheduler, spec_.max_thread_pool_size);
    });
}

Go ThreadPoolBulkhead::enter(Call& call) {
    sim::Semaphore& threads = threads_for(call.request);
    if (threads.full() && threads.waiting() >= spec_.queue_capacity) {
        full_.add();
        threads.note_refused();
        return answer(call, {Outcome::rejected, cause::bulkhead_full});
    }
    call.push_frame(this);
    return {&thread_, Way::enter};
}

Go ThreadPoolBulkhead::Thread::enter(Call& call) {
    begin(call, nullptr, pool_.world_.calls.instance_of_caller(call));
    sim::Semaphore& threads = pool_.threads_for(call.request);
    if (threads.try_take()) return begin_work(call, threads);
    return {&pool_.waiting_, Way::enter};
}

Go ThreadPoolBulkhead::Thread::begin_work(Call& call, sim::Semaphore& threads) {
    mine(call).threads = &threads;
    pool_.most_.at_least(static_cast<double>(threads.taken()));
    return pool_.on();
}

Go ThreadPoolBulkhead::Thread::answered(Call& call) {
    leave(call);
    return back();
}

void ThreadPoolBulkhead::Thread::leave(Call& call) {
    if (sim::Semaphore* const threads = mine(call).threads) threads->give_back();
    end(call);
}

Go ThreadPoolBulkhead::Waiting::enter(Call& call) {
    State& turn = begin(call, pool_.threads_for(call.request), sim::Priority::normal);
    turn.await_suspend(call);
    return stay(call);
}

Go ThreadPoolBulkhead::Waiting::woken(Call& call) {
    sim::Semaphore* const threads = mine(call).await_resume().release();
    end(call);
    return pool_.thread_.begin_work(call, *threads);
}

}  // namespace models
