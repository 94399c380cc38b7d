#include "models/cloud_queue/poller.h"

#include <algorithm>
#include <utility>

#include "models/blocks/ask.h"
#include "models/cloud_queue/sqs_consumers.h"
#include "models/processes/messages.h"
#include "sim/sleep.h"

namespace models::sqs {

namespace {

constexpr sim::Duration kLook = std::chrono::milliseconds(100);     // whether a process is there
constexpr sim::Duration kBackoff = std::chrono::milliseconds(100);  // after an error

using Held = std::shared_ptr<std::vector<ReceiptHandle>>;

void let_go(const Held& held, const ReceiptHandle& handle) {
    std::erase_if(*held, [&](const ReceiptHandle& each) { return each.receipt == handle.receipt; });
}

}  // namespace

Poller::Poller(SqsConsumers& consumers, Instance& process, std::uint32_t instance,
               const std::string& name)
    : consumers_(consumers),
      process_(process),
      instance_(instance),
      client_(consumers.sqs(), consumers.context().world.network, process.place(), name),
      incarnation_(process) {}

// --- its life ---

bool Poller::is_fifo() const {
    return consumers_.sqs().queue(consumers_.queue()).settings().is_fifo;
}

void Poller::start() {
    is_leaving_ = false;
    if (!std::exchange(is_living_, true)) life_.run(live());
}

void Poller::dismiss() {
    aside_.dismiss();
    life_.dismiss();
}

sim::Task<void> Poller::live() {
    sim::Scheduler& scheduler = consumers_.context().scheduler();
    while (!is_leaving_) {
        while (!process_.is_up() && !is_leaving_) co_await sim::sleep(scheduler, kLook);
        incarnation_.begin();
        if (consumers_.context().world.can_fail) aside_.run(look_after_process());
        co_await poll();
        client_.reset();
        aside_.dismiss();
    }
    is_living_ = false;
}

// What it has asked and not been answered goes with its process.
sim::Task<void> Poller::look_after_process() {
    while (is_alive()) co_await sim::sleep(consumers_.context().scheduler(), kLook);
    client_.reset();
}

sim::Task<void> Poller::poll() {
    while (is_alive() && !is_leaving_) {
        std::vector<Received> batch = co_await receive();
        if (!is_alive() || batch.empty()) continue;
        at_work_.begin(consumers_.context().now(), batch.size());
        co_await handle_all(std::move(batch));
        at_work_.end(consumers_.context().now());
    }
}

// --- requests ---

sim::Task<std::vector<Received>> Poller::receive() {
    const SqsConsumersSpec& spec = consumers_.spec();
    sim::Scheduler& scheduler = consumers_.context().scheduler();
    auto request = std::make_shared<ApiRequest>();
    request->action = ApiRequest::Action::receive_message;
    request->queue = consumers_.queue();
    request->receive = {spec.max_number_of_messages, spec.visibility_timeout};
    request->wait_time = spec.wait_time;
    ApiAnswer answer =
        co_await client_.ask(std::move(request), spec.wait_time + spec.request_timeout);
    if (!is_alive()) co_return std::vector<Received>();
    if (!answer.ok()) {
        co_await sim::sleep(scheduler, kBackoff);
        co_return std::vector<Received>();
    }
    consumers_.receives.add();
    if (answer.messages.empty()) {
        consumers_.empty_receives.add();
        co_await sim::sleep(scheduler, spec.poll_interval);
    }
    co_return std::move(answer.messages);
}

// Once: when no answer comes, the message comes back.
sim::Task<void> Poller::erase(std::vector<ReceiptHandle> handles) {
    if (handles.empty()) co_return;
    auto request = std::make_shared<ApiRequest>();
    request->action = ApiRequest::Action::delete_message;
    request->queue = consumers_.queue();
    request->handles = std::move(handles);
    const ApiAnswer answer =
        co_await client_.ask(std::move(request), consumers_.spec().request_timeout);
    consumers_.late_deletes.add(answer.without_effect);
}

sim::Task<void> Poller::change_visibility(std::vector<ReceiptHandle> handles,
                                          sim::Duration timeout) {
    auto request = std::make_shared<ApiRequest>();
    request->action = ApiRequest::Action::change_visibility;
    request->queue = consumers_.queue();
    request->handles = std::move(handles);
    request->visibility_timeout = timeout;
    co_await client_.ask(std::move(request), consumers_.spec().request_timeout);
}

// Until nothing is held any more.
sim::Task<void> Poller::extend(Held held) {
    const SqsConsumersSpec& spec = consumers_.spec();
    const sim::Duration timeout = spec.visibility_timeout.value_or(
        consumers_.sqs().queue(consumers_.queue()).settings().visibility_timeout);
    for (;;) {
        co_await sim::sleep(consumers_.context().scheduler(), *spec.extend_visibility);
        if (!is_alive() || held->empty()) co_return;
        co_await change_visibility(*held, timeout);
    }
}

// --- messages ---

// Of a FIFO queue nothing behind one that failed is handled: it would be before it.
sim::Task<void> Poller::handle_all(std::vector<Received> batch) {
    const SqsConsumersSpec& spec = consumers_.spec();
    const auto held = std::make_shared<std::vector<ReceiptHandle>>();
    for (const Received& each : batch) held->push_back(each.handle);
    if (spec.delete_when == DeleteWhen::before) co_await erase(*held);
    if (!is_alive()) co_return;
    const bool extends = spec.extend_visibility && spec.delete_when != DeleteWhen::before;
    if (extends) aside_.run(extend(held));
    std::vector<ReceiptHandle> done;
    std::vector<std::uint64_t> failed_groups;
    for (const Received& each : batch) {
        const bool is_behind = std::find(failed_groups.begin(), failed_groups.end(),
                                         each.message.group) != failed_groups.end();
        Response response{Outcome::failed};
        if (!is_behind) {
            consumers_.begins(each.message);
            response = co_await handle(each.message);
            if (!is_alive()) break;
            consumers_.handled(each.message, response);
        }
        if (spec.delete_when == DeleteWhen::before) continue;
        if (response.ok()) {
            done.push_back(each.handle);
            if (spec.delete_when == DeleteWhen::each)
                co_await erase(std::exchange(done, std::vector<ReceiptHandle>()));
            if (!is_alive()) break;
        } else {
            if (is_fifo() && !is_behind) failed_groups.push_back(each.message.group);
            if (spec.on_failure == OnFailure::release) {
                std::vector<ReceiptHandle> failed(1, each.handle);
                co_await change_visibility(std::move(failed), sim::Duration::zero());
            }
        }
        if (spec.delete_when == DeleteWhen::each || !response.ok()) let_go(held, each.handle);
    }
    if (is_alive()) co_await erase(std::move(done));
    held->clear();
}

sim::Task<Response> Poller::handle(const Message& message) {
    Request request =
        request_for({process_, instance_, consumers_.handler_endpoint(), consumers_.stream()},
                    {message.identity, message.key, message.user, message.bytes});
    if (message.receives > 1) request = request.again(message.receives - 1);
    co_return co_await ask(consumers_.context().world, process_, request);
}

}  // namespace models::sqs
