#include "models/calls/idempotency.h"

#include "sim/gate.h"

namespace models {

struct Idempotency::Operation {
    explicit Operation(sim::Scheduler& scheduler) : ended(scheduler, false) {}

    sim::Gate ended;
    Response response{Outcome::failed, Cause::cancelled};
};

// An operation at work. However it ends, those who wait for it hear of it; unless it was done, it
// is as if it had never been asked for.
class Idempotency::Doing {
public:
    Doing(Idempotency& policy, std::uint64_t number, std::shared_ptr<Operation> operation)
        : policy_(policy), number_(number), operation_(std::move(operation)) {}
    Doing(const Doing&) = delete;
    Doing& operator=(const Doing&) = delete;
    ~Doing() {
        if (operation_->response.ok()) {
            policy_.done_.push_back({policy_.scheduler_.now(), number_});
        } else {
            policy_.operations_.erase(number_);
        }
        operation_->ended.open();
    }

private:
    Idempotency& policy_;
    std::uint64_t number_;
    std::shared_ptr<Operation> operation_;
};

Idempotency::Idempotency(const Spec& spec, const Context& context, Service& inner)
    : spec_(spec),
      scheduler_(context.scheduler()),
      inner_(inner),
      duplicates_(context, "duplicates") {}

Idempotency::~Idempotency() = default;

void Idempotency::forget_old() {
    while (!done_.empty() && (done_.size() > spec_.max_operations ||
                              scheduler_.now() - done_.front().first >= spec_.ttl)) {
        operations_.erase(done_.front().second);
        done_.pop_front();
    }
}

Reply Idempotency::call(Request request) {
    if (request.operation == 0) co_return co_await inner_.call(request);
    forget_old();
    std::shared_ptr<Operation>& known = operations_[request.operation];
    const bool is_duplicate = known != nullptr;
    if (!is_duplicate) known = std::make_shared<Operation>(scheduler_);
    const std::shared_ptr<Operation> operation = known;
    if (is_duplicate) {
        duplicates_.add();
        co_await operation->ended.pass();
        co_return operation->response;
    }
    const Doing doing(*this, request.operation, operation);
    operation->response = co_await inner_.call(request);
    co_return operation->response;
}

}  // namespace models
