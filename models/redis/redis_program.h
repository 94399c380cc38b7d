// The way of a command through a Redis.
//
//     Measure  Directing
//                 a machine:  [Wire]  [Knocking  Injected]  Turn  Answering
//
// The caller directs it to the machine that it takes for the right one. That answers, or says who
// else to ask (MOVED), and the caller does so: one more way there and back.
#pragma once

#include <deque>
#include <optional>

#include "models/blocks/core_time.h"
#include "models/blocks/measure.h"
#include "models/failures/injection.h"
#include "models/network/hop.h"

namespace models {

class Redis;
class RedisMember;

class RedisProgram {
public:
    explicit RedisProgram(Redis& redis);
    // The next machine's part.
    void add(RedisMember& member);

    Go enter() { return visit_.enter(); }

private:
    static constexpr std::uint32_t kNobody = ~std::uint32_t{0};

    // What was acknowledged when it came decides whether an answer is stale.
    class Directing final : public Keeps<Directing> {
    public:
        struct State {
            std::uint64_t due;
            std::uint32_t moved;  // the machine to ask instead
            std::uint16_t slot;
            std::uint8_t redirects;
        };
        explicit Directing(RedisProgram& program) : program_(program), redis_(program.redis_) {}
        Go enter(Call& call) override;
        Go answered(Call& call) override;
        void abandoned(Call& call) override;
        // That of a call which is at a machine.
        State& of(Call& call) const { return call.in_frame<State>(program_.visit_.end()); }

    private:
        Go send_to(RedisMember& member) const;

        RedisProgram& program_;
        Redis& redis_;
    };

    // --- at a machine ---

    // The links between the caller and the machine.
    class Wire final : public Hop {
    public:
        Wire(Redis& redis, RedisMember& member);

    private:
        std::optional<Ends> ends_of(Call& call) const override;
        RedisMember& member_;
    };

    // Nobody is at home where no process runs.
    class Knocking final : public Block {
    public:
        Knocking(const Redis& redis, const RedisMember& member) : redis_(redis), member_(member) {}
        Go enter(Call& call) override;

    private:
        const Redis& redis_;
        const RedisMember& member_;
    };

    // A turn of its thread.
    class Turn final : public CoreTime {
    public:
        Turn(Redis& redis, RedisMember& member);
        Go enter(Call& call) override;
        Go woken(Call& call) override;

    private:
        Redis& redis_;
        RedisMember& member_;
    };

    class Answering final : public Block {
    public:
        Answering(RedisProgram& program, RedisMember& member)
            : program_(program), member_(member) {}
        Go enter(Call& call) override;

    private:
        RedisProgram& program_;
        RedisMember& member_;
    };

    struct Machine {
        Machine(RedisProgram& program, RedisMember& member);

        std::optional<Wire> wire;
        std::optional<Knocking> knocking;
        std::optional<InjectedHere> injected;
        Turn turn;
        Answering answering;
        Block* first;
    };

    Redis& redis_;
    MeasuredVisit visit_;
    Directing directing_;
    std::deque<Machine> machines_;  // by their number
};

}  // namespace models
