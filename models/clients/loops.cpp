#include "models/clients/loops.h"

#include "sim/sleep.h"

namespace models {

void Loops::start() {
    for (std::uint64_t connection = 0; connection < spec_.concurrency; ++connection) {
        crew_.run(loop(connection));
    }
}

// The client's own work takes a microsecond when the answer took no time at all, so that time
// passes however fast, or refusing, the other side is.
sim::Task<void> Loops::loop(std::uint64_t connection) {
    sim::Scheduler& scheduler = context_.scheduler();
    while (spec_.requests == 0 || next_ < spec_.requests) {
        const std::uint64_t number = next_++;
        sim::Time intended = context_.now();
        if (spec_.rate.per_second > 0) {
            const double offset = static_cast<double>(number) / spec_.rate.per_second;
            intended = sim::Time(sim::from_seconds(offset));
            co_await sim::sleep_until(scheduler, intended);
            if (spec_.latency_from == LatencyFrom::sent) intended = context_.now();
        }
        const sim::Time sent = context_.now();
        co_await client_.send({number, intended, connection});
        ++answered_;
        last_answer_ = context_.now();
        if (context_.now() == sent) co_await sim::sleep(scheduler, std::chrono::microseconds(1));
    }
}

void Loops::finish() {
    client_.finish();
    const double duration = sim::seconds(last_answer_.time_since_epoch());
    auto& measures = context_.meter.record().measures;
    measures.push_back({"duration", "s", duration});
    measures.push_back(
        {"requests_rate", "/s", duration > 0 ? static_cast<double>(answered_) / duration : 0});
}

}  // namespace models
