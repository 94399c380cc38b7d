#include "models/cloud_queue/publisher.h"

#include <fmt/core.h>

#include <utility>

#include "models/causes.h"
#include "models/cloud_queue/sqs.h"
#include "models/in_flight_guard.h"
#include "sim/sleep.h"

namespace models::sqs {

namespace {

Response response_of(ApiError error) {
    switch (error) {
        case ApiError::none:
            return {};
        case ApiError::timed_out:
            return {Outcome::timed_out, cause::timeout};
        case ApiError::throttled:
            return {Outcome::rejected, cause::rate_limited};
        case ApiError::reset:
            return {Outcome::failed, cause::reset};
        default:
            return {Outcome::failed, cause::unavailable};
    }
}

}  // namespace

Publisher::Process::Process(Sqs& service, const CallerClient& where)
    : client(service, service.context().world.network, where.place, where.name),
      incarnation(where.process) {}

Publisher::Publisher(Sqs& service, QueueNumber queue, const ProducerSpec& spec,
                     const Context& caller)
    : service_(service),
      queue_(queue),
      spec_(spec),
      processes_(caller.name, fmt::format("publisher {}", service.number_a_publisher())) {}

void Publisher::dismiss() {
    works_.dismiss();
}

Publisher::Process& Publisher::process(const Request& request) {
    Process& process = processes_.of(
        request, service_.context(),
        [this](const CallerClient& where) { return std::make_unique<Process>(service_, where); });
    // It has been started anew, with nothing of what was there.
    if (process.incarnation.is_over()) {
        process.incarnation.begin();
        process.open = nullptr;
        process.client.reset();
    }
    return process;
}

Message Publisher::message(const Request& request) const {
    Message message;
    message.identity = request.operation_id();
    message.key = request.key;
    message.user = request.user;
    if (spec_.record_key == RecordKey::item) message.group = request.key;
    if (spec_.record_key == RecordKey::user) message.group = request.user;
    message.bytes = static_cast<std::uint32_t>(spec_.record_size.count);
    return message;
}

Reply Publisher::call(Request request) {
    InFlightGuard here(service_.context(), request);
    const sim::Time began = service_.context().now();
    Process& from = process(request);
    const std::shared_ptr<Batch> batch = join(from, message(request));
    if (spec_.fire_and_forget) co_return here.leave({});
    co_await batch->is_done.pass();
    if (batch->response.ok()) service_.publish_time().add(service_.context().now() - began);
    co_return here.leave(batch->response);
}

std::shared_ptr<Publisher::Batch> Publisher::join(Process& process, const Message& message) {
    const bool has_room =
        process.open != nullptr && process.open->bytes + message.bytes <= kMostBytes;
    if (!has_room) {
        if (process.open != nullptr) process.open->is_full.open();
        process.open = std::make_shared<Batch>(service_.context().scheduler());
    }
    const std::shared_ptr<Batch> batch = process.open;
    batch->messages.push_back(message);
    batch->bytes += message.bytes;
    const bool is_alone = spec_.linger <= sim::Duration::zero();
    if (is_alone || batch->messages.size() == kMostInBatch) {
        process.open = nullptr;
        batch->is_full.open();
    }
    if (batch->messages.size() == 1) works_.run(send_when_full(process, batch));
    return batch;
}

sim::Task<void> Publisher::send_when_full(Process& process, std::shared_ptr<Batch> batch) {
    co_await batch->is_full.pass_within(spec_.linger);
    if (process.open == batch) process.open = nullptr;
    batch->response = co_await send(process, batch->messages);
    batch->is_done.open();
}

sim::Task<Response> Publisher::send(Process& process, std::vector<Message> messages) {
    sim::Scheduler& scheduler = service_.context().scheduler();
    const sim::Time until = scheduler.now() + spec_.delivery_timeout;
    const Incarnation mine = process.incarnation;
    auto request = std::make_shared<ApiRequest>();
    request->queue = queue_;
    request->messages = std::move(messages);
    for (;;) {
        if (!mine.is_alive()) co_return response_of(ApiError::reset);
        const ApiAnswer answer = co_await process.client.ask(request, spec_.request_timeout);
        const bool is_final = answer.ok() || answer.error == ApiError::reset;
        if (is_final || scheduler.now() + spec_.retry_backoff > until) {
            co_return response_of(answer.error);
        }
        co_await sim::sleep(scheduler, spec_.retry_backoff);
    }
}

}  // namespace models::sqs
