#include "models/clients/loops.h"

#include <chrono>

namespace models {

void Loops::start() {
    for (std::uint32_t index = 0; index < spec_.concurrency; ++index) {
        begin_next(connections_.emplace_back(*this, index));
    }
}

void Loops::dismiss() {
    for (Connection& connection : connections_) connection.stop();
    client_.dismiss();
}

void Loops::go_on(Connection& connection) {
    if (connection.has_next) return send(connection);
    begin_next(connection);
}

void Loops::begin_next(Connection& connection) {
    if (spec_.requests != 0 && next_ >= spec_.requests) return;
    connection.number = next_++;
    connection.has_next = true;
    const sim::Time at = intended(connection.number);
    if (at <= context_.now()) return send(connection);
    connection.wait_until(at);
}

// Now, when there is no rate.
sim::Time Loops::intended(std::uint64_t number) const {
    if (!(spec_.rate.per_second > 0)) return context_.now();
    return sim::Time(sim::from_seconds(static_cast<double>(number) / spec_.rate.per_second));
}

void Loops::send(Connection& connection) {
    const bool counts_wait = spec_.latency_from == LatencyFrom::intended;
    connection.has_next = false;
    connection.sent = context_.now();
    client_.send({connection.number, counts_wait ? intended(connection.number) : connection.sent,
                  connection.index, nullptr, nullptr, connection.index});
}

// The client's own work takes a microsecond when the answer took no time at all, so that time
// passes however fast, or refusing, the other side is.
void Loops::ended(std::uint32_t slot, const Response&) {
    Connection& connection = connections_[slot];
    const sim::Time now = context_.now();
    ++answered_;
    last_answer_ = now;
    if (now > connection.sent) return begin_next(connection);
    connection.wait_until(now + std::chrono::microseconds(1));
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
