#include "models/lock_service/lease_keeper.h"

#include <fmt/core.h>

#include <utility>

#include "models/lock_service/lock_service.h"
#include "sim/cpu.h"
#include "sim/sleep.h"

namespace models {

namespace {

Injection* injection_of_holder(Instance& process) {
    auto* const injectable = dynamic_cast<Injectable*>(&process);
    return injectable == nullptr ? nullptr : injectable->injection();
}

}  // namespace

LeaseKeeper::LeaseKeeper(LockService& service, const Lockable::Holder& holder)
    : service_(service),
      renewal_{holder.token, holder.lock},
      place_(holder.process.place()),
      injection_(injection_of_holder(holder.process)),
      cores_(dynamic_cast<Hosted&>(holder.process).cores()),
      caller_(holder.caller),
      interval_(sim::from_seconds(sim::seconds(service.spec().lease) * holder.share)),
      sender_(service.context(), place_, fmt::format("keep-alives of {}", holder.token)),
      answers_(service.context().world, place_) {
    answers_.handle([this](FencingToken) { is_answered_ = true; });
}

sim::Task<void> LeaseKeeper::renew() {
    for (;;) {
        co_await sim::sleep(service_.context().scheduler(), interval_);
        while (injection_ != nullptr && injection_->hangs()) co_await injection_->answers().pass();
        co_await cores_.work(std::chrono::nanoseconds(1));
        if (!std::exchange(is_answered_, false)) service_.try_next_member(caller_);
        LockMember& member = service_.believed_leader(caller_);
        sender_.send(member.renewals(), renewal_, kRenewalBytes);
    }
}

}  // namespace models
