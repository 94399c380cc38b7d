#include "models/steps/program.h"

#include <utility>

#include "models/servers/visit.h"
#include "models/spans.h"
#include "models/steps/step_block.h"

namespace models {

namespace {

// A step for which the thread is given back, and taken up again after it, whatever became of it.
class OffThread final : public PlainStep {
public:
    OffThread(StepSite site, std::unique_ptr<StepBlock> step) : PlainStep(site), up_(*this, site) {
        step_.add(std::move(step));
    }

    Go enter(Call& call) override {
        if (sim::Semaphore* const held = std::exchange(thread(call).held, nullptr))
            held->give_back();
        return step_.begin();
    }
    Go answered(Call&) override { return {&up_, Way::enter}; }
    void link_inner() override {
        step_.link(this, {this, Way::answered});
        up_.link(outer(), nullptr);
    }
    double core_seconds_of(const Request& request) const override {
        return step_.core_seconds_of(request);
    }

private:
    class TakeUp final : public KeepingStep<TakeUp> {
    public:
        struct State {
            State(sim::Semaphore& threads, sim::Time now) : taking(threads.take()), began(now) {}
            sim::Semaphore::Taking taking;
            sim::Time began;
        };

        TakeUp(OffThread& of, StepSite site) : KeepingStep(site), of_(of) {}

        Go enter(Call& call) override {
            begins(call, "waiting for a thread");
            State& my = begin(call, here(call).threads(), now());
            if (my.taking.await_ready()) return woken(call);
            my.taking.await_suspend(call);
            return stay(call);
        }
        Go woken(Call& call) override {
            const sim::Time began = mine(call).began;
            sim::Permit place = mine(call).taking.await_resume();
            end(call);
            of_.thread(call).held = place.release();
            spent(call, Spent::queueing, now() - began);
            spent_in(world_, call.request, Spent::queueing, began, now());
            return call.ok() ? of_.on() : back();
        }

    private:
        OffThread& of_;
    };

    // In a branch it is next to the frame.
    Threading::State& thread(Call& call) const {
        return part_ == StepPart::visit ? server_.thread(call) : call.in_frame<Threading::State>();
    }

    StepBody step_;
    TakeUp up_;
};

// Around a branch of an event loop.
class BranchOnThread final : public PlainStep {
public:
    BranchOnThread(StepSite site, StepBody body)
        : PlainStep(site), thread_(site.server), body_(std::move(body)) {}

    Go enter(Call&) override { return {&thread_, Way::enter}; }
    Go answered(Call& call) override { return call.ok() ? on() : back(); }
    void link_inner() override {
        body_.link(&thread_, {&thread_, Way::answered});
        thread_.link(this, body_.begin());
    }
    double core_seconds_of(const Request& request) const override {
        return body_.core_seconds_of(request);
    }

private:
    BranchThread thread_;
    StepBody body_;
};

}  // namespace

void StepBody::link(Block* outer, Go after) {
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        const bool is_last = i + 1 == blocks_.size();
        blocks_[i]->link(outer, is_last ? after : Go{blocks_[i + 1].get(), Way::enter});
        blocks_[i]->link_inner();
    }
    begin_ = blocks_.empty() ? after : Go{blocks_.front().get(), Way::enter};
}

double StepBody::core_seconds_of(const Request& request) const {
    double sum = 0;
    for (const auto& block : blocks_) sum += block->core_seconds_of(request);
    return sum;
}

StepCompiler::StepCompiler(Server& server, const std::string& endpoint)
    : server_(server), endpoint_(endpoint) {}

const Context& StepCompiler::context() const {
    return server_.context();
}

StepBody StepCompiler::compile(const Steps& steps) {
    return list(steps);
}

StepBody StepCompiler::list(const Steps& steps) {
    StepBody body = this->body([&] { compile_each(steps, *this); });
    if (!has_again(steps)) return body;
    StepBody whole;
    whole.add(loop_around(site(), std::move(body)));
    return whole;
}

StepBody StepCompiler::body(const std::function<void()>& add) {
    StepBody body;
    StepBody* const before = std::exchange(body_, &body);
    add();
    body_ = before;
    return body;
}

StepBody StepCompiler::within(const std::string& node, Service& statements, const Steps& steps) {
    within_.emplace_back(node, &statements);
    StepBody body = list(steps);
    within_.pop_back();
    return body;
}

Service* StepCompiler::statements_of(const std::string& node) const {
    for (const auto& [name, statements] : within_) {
        if (name == node) return statements;
    }
    return nullptr;
}

StepBody StepCompiler::part(const Steps& steps, StepPart part) {
    const StepPart before = std::exchange(part_, part);
    StepBody body = list(steps);
    part_ = before;
    return body;
}

StepBody StepCompiler::branch(const Steps& steps) {
    const StepPart inside = part_ == StepPart::background ? StepPart::background : StepPart::branch;
    StepBody body = part(steps, inside);
    if (!server_.has_event_loop() || inside == StepPart::background) return body;
    StepBody whole;
    whole.add(std::make_unique<BranchOnThread>(StepSite{server_, inside}, std::move(body)));
    return whole;
}

StepBody StepCompiler::background(const Steps& steps) {
    const auto before = std::exchange(within_, {});
    StepBody body = part(steps, StepPart::background);
    within_ = before;
    return body;
}

void StepCompiler::put_waiting(std::unique_ptr<StepBlock> block) {
    if (server_.has_event_loop() && part_ != StepPart::background) {
        block = std::make_unique<OffThread>(site(), std::move(block));
    }
    body_->add(std::move(block));
}

std::uint32_t StepCompiler::number(std::string_view kind, const std::string& name) {
    if (!name.empty()) {
        return static_cast<std::uint32_t>(sim::name_hash(name)) | std::uint32_t{1} << 31;
    }
    auto known = made_.find(kind);
    if (known == made_.end()) known = made_.emplace(std::string(kind), 0).first;
    return known->second++;
}

std::uint64_t StepCompiler::stream(std::string_view kind, const std::string& name) {
    const std::string which = name.empty() ? std::to_string(number(kind, name)) : name;
    return context().stream(endpoint_ + "." + std::string(kind) + "." + which);
}

}  // namespace models
