#include "models/calls/idempotency.h"

namespace models {

Idempotency::Idempotency(const Spec& spec, const Context& context)
    : spec_(spec), scheduler_(context.scheduler()), duplicates_(context, "duplicates") {}

Block* Idempotency::inside() {
    doing_.link(outer(), nullptr);
    return &doing_;
}

void Idempotency::forget_old() {
    while (!done_.empty() && (done_.size() > spec_.max_operations ||
                              scheduler_.now() - done_.front().first >= spec_.ttl)) {
        operations_.erase(done_.front().second);
        done_.pop_front();
    }
}

Go Idempotency::enter(Call& call) {
    if (call.request.operation == 0) return on();
    forget_old();
    std::shared_ptr<SharedAnswer>& known = operations_[call.request.operation];
    if (known) {
        duplicates_.add();
        return wait_for(call, known);
    }
    known = std::make_shared<SharedAnswer>(scheduler_);
    return on();
}

void Idempotency::ended(std::uint64_t operation, const Response& response) {
    if (operation == 0) return;
    const auto found = operations_.find(operation);
    const std::shared_ptr<SharedAnswer> answer = found->second;
    if (response.ok()) {
        done_.push_back({scheduler_.now(), operation});
    } else {
        operations_.erase(found);
    }
    answer->come(response);
}

Go Idempotency::Doing::answered(Call& call) {
    policy_.ended(call.request.operation, call.response);
    return back();
}

void Idempotency::Doing::abandoned(Call& call) {
    policy_.ended(call.request.operation, {Outcome::failed, cause::cancelled});
}

}  // namespace models
