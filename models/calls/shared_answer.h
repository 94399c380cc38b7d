// An answer that one call gets and others wait for.
#pragma once

#include <memory>
#include <utility>

#include "models/calls/policy.h"
#include "models/request.h"
#include "sim/gate.h"

namespace models {

struct SharedAnswer {
    explicit SharedAnswer(sim::Scheduler& scheduler) : is_there(scheduler, false) {}

    void come(const Response& with) {
        response = with;
        is_there.open();
    }

    sim::Gate is_there;
    Response response;
};

// A policy in which calls wait for one; it does not stay around those that go on.
class SharesAnswers : public Keeps<SharesAnswers, Policy> {
public:
    struct State {
        explicit State(std::shared_ptr<SharedAnswer> of)
            : answer(std::move(of)), turn(answer->is_there) {}

        std::shared_ptr<SharedAnswer> answer;
        sim::Gate::Passing turn;
    };

    Go woken(Call& call) override {
        mine(call).turn.await_resume();
        const Response response = mine(call).answer->response;
        end(call);
        return answer(call, response);
    }

protected:
    Go wait_for(Call& call, std::shared_ptr<SharedAnswer> shared) {
        if (shared->is_there.is_open()) return answer(call, shared->response);
        begin(call, std::move(shared)).turn.await_suspend(call);
        return stay(call);
    }
};

}  // namespace models
