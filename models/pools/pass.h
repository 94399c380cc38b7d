// All that most pools do with a request: choose a target, pass it on, and wait for the answer.
#pragma once

#include <vector>

#include "models/balancers/backends.h"
#include "models/blocks/block.h"

namespace models {

class Pass final : public Keeps<Pass> {
public:
    using State = Backends::Taken;

    // `to`: the targets, among those it calls. `requests`: of each of them, by id.
    Pass(const Context& context, std::size_t to, Backends& backends,
         std::vector<std::uint64_t>& requests)
        : scheduler_(context.scheduler()),
          meter_(context.meter),
          to_(to),
          backends_(backends),
          requests_(requests) {}

    // The chain that it is the end of.
    void answer_through(Block& chain) { answered_ = &chain; }

    Go enter(Call& call) override {
        if (backends_.empty()) [[unlikely]]
            return answer(call, {Outcome::failed, cause::no_backend});
        const BackendId id = begin(call, backends_.take(call.request)).id;
        ++requests_[id];
        meter_.sent(to_);
        call.push_frame(answered_);
        return backends_.instance(id).enter(call);
    }
    Go answered(Call& call) override {
        meter_.spent(Spent::calling, scheduler_.now() - mine(call).began);
        leave(call, &call.response);
        return back();
    }
    void abandoned(Call& call) override { leave(call, nullptr); }

private:
    void leave(Call& call, const Response* response) {
        backends_.give_back(mine(call), response);
        end(call);
    }

    Block* answered_ = this;  // who is told
    sim::Scheduler& scheduler_;
    sim::Meter& meter_;
    std::size_t to_;
    Backends& backends_;
    std::vector<std::uint64_t>& requests_;
};

}  // namespace models
