#include "models/change_capture/instance_task.h"

#include <utility>

#include "models/abilities.h"
#include "sim/cpu.h"
#include "sim/sleep.h"

namespace models {

InstanceTask::InstanceTask(const Context& context, Instance& process, std::uint32_t index)
    : context_(context),
      process_(process),
      index_(index),
      in_process_(process),
      working_(*this),
      service_(context.world, &in_process_) {
    in_process_.link(&Return::block(), &working_);
    working_.link(&in_process_, nullptr);
}

void InstanceTask::start() {
    is_leaving_ = false;
    if (!std::exchange(is_living_, true)) life_.run(live());
}

sim::Task<void> InstanceTask::live() {
    constexpr sim::Duration kProcessLook = std::chrono::milliseconds(100);
    while (!is_leaving_) {
        while (!process_.is_up()) co_await sim::sleep(context_.scheduler(), kProcessLook);
        co_await ask(context_.world, service_, request(0));
    }
    is_living_ = false;
}

Reply InstanceTask::tell() {
    co_await work();
    co_return Response{};
}

sim::Task<void> InstanceTask::use_cores(sim::Duration time) {
    auto* const hosted = dynamic_cast<Hosted*>(&process_);
    if (hosted == nullptr || time <= sim::Duration::zero()) co_return;
    co_await hosted->cores().work(time);
}

Request InstanceTask::request(std::uint64_t identity) const {
    Request request;
    request.identity = identity;
    request.caller = index_;
    request.place = process_.place();
    return request;
}

}  // namespace models
