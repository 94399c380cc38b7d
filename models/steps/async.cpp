#include "models/steps/async.h"

#include <algorithm>

#include "models/spans.h"
#include "models/steps/forks.h"

namespace models {

namespace {

// In the background: a thread of it, and the steps. It ends with the instance.
class Background final : public KeepingStep<Background> {
public:
    struct State {
        State(ServerInstance& at, sim::Time now)
            : instance(&at), handed_over(now), taking(at.background().take()) {}
        ServerInstance* instance;
        sim::Time handed_over;
        sim::Semaphore::Taking taking;
    };

    Background(StepSite site, Block& working) : KeepingStep(site) {
        link(&Return::block(), &working);
    }

    Go enter(Call& call) override {
        State& my = begin(call, here(call), now());
        if (my.taking.await_ready()) return woken(call);
        my.taking.await_suspend(call);
        return stay(call);
    }
    Go woken(Call& call) override {
        State& my = mine(call);
        sim::Permit place = my.taking.await_resume();
        ServerInstance& instance = *my.instance;
        const sim::Time handed_over = my.handed_over;
        end(call);
        instance.note_background_lag(now() - handed_over);
        spent_in(world_, call.request, Spent::queueing, handed_over, now());
        place.release();
        return on();
    }
    const void* dies_with(Call& call, std::uint32_t state) const override {
        return call.state_at<State>(state).instance;
    }
};

// Holds the thread of the background while the steps go on.
class Working final : public KeepingStep<Working> {
public:
    struct State {
        ServerInstance* instance;
    };

    Working(StepSite site, StepBody body) : KeepingStep(site), body_(std::move(body)) {}

    Go enter(Call& call) override {
        begin(call, &here(call));
        return body_.begin();
    }
    // By the request that wanted it, without such a thread.
    Go enter_by_itself(Call& call) {
        begin(call, nullptr);
        return body_.begin();
    }
    Go answered(Call& call) override {
        abandoned(call);
        return back();
    }
    void abandoned(Call& call) override {
        ServerInstance* const instance = mine(call).instance;
        end(call);
        if (instance != nullptr) instance->background().give_back();
    }
    const void* dies_with(Call& call, std::uint32_t state) const override {
        return call.state_at<State>(state).instance;
    }
    void link_inner() override {
        link(&Return::block(), nullptr);
        body_.link(this, {this, Way::answered});
    }
    const StepBody& body() const { return body_; }

private:
    StepBody body_;
};

// A span of its own, linked to the one that left it behind.
class LeftBehind final : public KeepingStep<LeftBehind> {
public:
    struct State {
        sim::SpanNumber span;
        sim::SpanNumber outer;
    };

    LeftBehind(StepSite site, Block& inner) : KeepingStep(site) { link(&Return::block(), &inner); }

    Go enter(Call& call) override {
        State& my = begin(call, sim::SpanNumber{0}, call.request.span);
        if (call.request.span == 0) return on();
        sim::Observer& observer = *world_.recorder.observer();
        my.span = observer.begin_linked(
            call.request.span, {sim::SpanKind::internal, meter_.id(), observer.name("background")});
        if (my.span != 0) call.request.span = my.span;
        return on();
    }
    Go answered(Call& call) override {
        if (const sim::SpanNumber span = mine(call).span; span != 0) {
            end_span(*world_.recorder.observer(), span, call.response);
        }
        end(call);
        return back();
    }
    void abandoned(Call& call) override {
        if (const sim::SpanNumber span = mine(call).span; span != 0) {
            world_.recorder.observer()->end(span, Outcome::timed_out, cause::cancelled);
        }
        end(call);
    }
};

// Left to the background, if there is room; the request goes on, or does it itself.
class Async final : public KeepingStep<Async> {
public:
    struct State {
        sim::Time began;
        Response before;
    };

    Async(StepSite site, StepBody body)
        : KeepingStep(site),
          working_({site.server, StepPart::background}, std::move(body)),
          background_({site.server, StepPart::background}, working_),
          left_behind_({site.server, StepPart::background}, background_) {}

    Go enter(Call& call) override {
        ServerInstance& instance = here(call);
        const WhenFull when_full = server_.spec().background.when_full;
        if (instance.has_room_in_background()) {
            leave(call);
            return on();
        }
        if (when_full == WhenFull::caller_runs) return do_it(call);
        instance.note_background_rejected();
        if (when_full == WhenFull::discard) return on();
        return answer(call, {Outcome::failed, cause::queue_full});
    }
    // By the request itself: whether it succeeds is no matter of the answer.
    void joined(Call& call, Call&) override { world_.scheduler.post(call); }
    Go woken(Call& call) override {
        const sim::Time began = mine(call).began;
        call.response = mine(call).before;
        end(call);
        if (VisitNotes* const mine = notes(call); mine != nullptr && mine->profile) {
            mine->profile->did(Spent::service, now() - began);
        }
        return on();
    }
    void abandoned(Call& call) override {
        world_.calls.leave_children(call, world_.cancelling);
        end(call);
    }
    void link_inner() override {
        working_.link_inner();
        const bool looks = world_.recorder.observer() != nullptr;
        Block* const outer = looks ? static_cast<Block*>(&left_behind_) : &Return::block();
        background_.link(outer, &working_);
        working_.link(outer, nullptr);
    }
    double core_seconds_of(const Request& request) const override {
        return working_.body().core_seconds_of(request);
    }

private:
    void leave(Call& call) {
        Call& later = world_.calls.begin(call.request);
        const bool looks = world_.recorder.observer() != nullptr;
        world_.calls.run(later,
                         {looks ? static_cast<Block*>(&left_behind_) : &background_, Way::enter});
    }
    Go do_it(Call& call) {
        begin(call, now(), call.response);
        call.at = this;
        Call& child = world_.calls.fork(call, call.request, 0);
        world_.calls.run(child, working_.enter_by_itself(child));
        return {};
    }

    Working working_;
    Background background_;
    LeftBehind left_behind_;
};

}  // namespace

void AsyncStep::compile(StepCompiler& into) const {
    into.server().has_async();
    into.add<Async>(into.background(value));
}

}  // namespace models
