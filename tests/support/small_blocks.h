// Blocks that wait, hold, limit, fork and tell: what random worlds of calls are made of, without a
// scenario.
#pragma once

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/blocks/ask.h"
#include "models/blocks/await.h"
#include "models/blocks/block.h"
#include "models/blocks/calls.h"
#include "sim/semaphore.h"
#include "sim/sleep.h"
#include "tests/support/block_world.h"

namespace support::blocks {

using namespace std::chrono_literals;
using models::Block;
using models::Call;
using models::Go;
using models::Keeps;
using models::Way;

class Waits final : public Block {
public:
    Waits(BlockWorld& at, sim::Duration time) : at_(at), time_(time) {}
    Go enter(Call& call) override {
        at_.scheduler.after(time_, call);
        return stay(call);
    }

private:
    BlockWorld& at_;
    sim::Duration time_;
};

// A permit for as long as the call is inside, of a line that it stands in first.
class Holds final : public Keeps<Holds> {
public:
    struct State {
        sim::Semaphore* held;
    };
    explicit Holds(sim::Semaphore& slots) : slots_(slots), line_(*this) {
        line_.link(this, nullptr);
    }
    Go enter(Call& call) override {
        begin(call, nullptr);
        return {&line_, Way::enter};
    }
    Go answered(Call& call) override {
        abandoned(call);
        return back();
    }
    void abandoned(Call& call) override {
        if (mine(call).held != nullptr) mine(call).held->give_back();
        end(call);
    }

private:
    class Line final : public Keeps<Line> {
    public:
        struct State {
            explicit State(sim::Semaphore& slots) : taking(slots.take()) {}
            sim::Semaphore::Taking taking;
        };
        explicit Line(Holds& of) : of_(of) {}
        Go enter(Call& call) override {
            State& my = begin(call, of_.slots_);
            if (my.taking.await_ready()) return woken(call);
            my.taking.await_suspend(call);
            return stay(call);
        }
        Go woken(Call& call) override {
            sim::Permit place = mine(call).taking.await_resume();
            end(call);
            of_.mine(call).held = place.release();
            return of_.on();
        }

    private:
        Holds& of_;
    };

    sim::Semaphore& slots_;
    Line line_;
};

class Limits final : public Keeps<Limits> {
public:
    struct State {
        models::Limit limit;
    };
    Limits(BlockWorld& at, sim::Duration limit, bool cancels)
        : at_(at), limit_(limit), cancels_(cancels) {}
    Go enter(Call& call) override {
        State& my = begin(call, models::Limit{});
        at_.world.calls.limit(call, my.limit, at_.scheduler.now() + limit_, cancels_);
        return on();
    }
    Go answered(Call& call) override {
        at_.world.calls.lift(call, mine(call).limit);
        end(call);
        return back();
    }
    Go woken(Call& call) override {
        ++expired;
        at_.world.calls.lift(call, mine(call).limit);
        end(call);
        return answer(call, {models::Outcome::timed_out, models::cause::timeout});
    }
    void abandoned(Call& call) override {
        at_.world.calls.lift(call, mine(call).limit);
        end(call);
    }
    int expired = 0;

private:
    BlockWorld& at_;
    sim::Duration limit_;
    bool cancels_;
};

// Changes the request for what is inside, and counts those that are there; dies with `this`.
class Stays final : public Keeps<Stays> {
public:
    struct State {
        std::uint64_t key;
    };
    Go enter(Call& call) override {
        begin(call, call.request.key);
        ++call.request.key;
        ++here;
        return on();
    }
    Go answered(Call& call) override {
        abandoned(call);
        return back();
    }
    void abandoned(Call& call) override {
        restore(call);
        end(call);
        --here;
    }
    void restore(Call& call) override { call.request.key = mine(call).key; }
    const void* dies_with(Call&, std::uint32_t) const override { return this; }
    int here = 0;
};

class Calls final : public Block {
public:
    explicit Calls(models::Service& to) : to_(to) {}
    Go enter(Call& call) override {
        call.response = {};
        key_ = call.request.key;
        call.push_frame(this);
        return to_.enter(call);
    }
    // The request is as it was, whatever happened to it there.
    Go answered(Call& call) override { return call.ok() ? on() : back(); }

private:
    models::Service& to_;
    std::uint64_t key_ = 0;
};

class Forks final : public Keeps<Forks> {
public:
    struct State {
        int running;
    };
    Forks(BlockWorld& at, std::vector<Block*> branches) : at_(at), branches_(std::move(branches)) {}
    Go enter(Call& call) override {
        call.at = this;
        begin(call, static_cast<int>(branches_.size()) + 1);
        for (std::uint32_t i = 0; i < branches_.size(); ++i) {
            Call& child = at_.world.calls.fork(call, call.request, i);
            at_.world.calls.run(child, {branches_[i], Way::enter});
        }
        if (--mine(call).running == 0) at_.scheduler.post(call);
        return {};
    }
    void joined(Call& call, Call&) override {
        if (--mine(call).running == 0) at_.scheduler.post(call);
    }
    Go woken(Call& call) override {
        end(call);
        return on();
    }
    void abandoned(Call& call) override {
        at_.world.calls.leave_children(call, at_.world.cancelling);
        end(call);
    }

private:
    BlockWorld& at_;
    std::vector<Block*> branches_;
};

class Tells final : public models::Await {
public:
    Tells(BlockWorld& at, models::Service* asks) : at_(at), asks_(asks) {}
    models::Reply story(Call& call) override {
        const models::Request request = call.request;
        co_await sim::sleep(at_.scheduler, 3ms);
        if (asks_ == nullptr) co_return models::Response{};
        co_return co_await models::ask(at_.world, *asks_, request);
    }

private:
    models::Go told(Call& call, const models::Response& response) override {
        return response.ok() ? on() : answer(call, response);
    }
    BlockWorld& at_;
    models::Service* asks_;
};

}  // namespace support::blocks
