// The way of a request at one copy of a cache.
//
//     [Wire, of a proxy]  Measure  [Injected]  [Commanded]  [Judging]  Choosing
//         a read:   Reading: [Wire]  [Turn]  LookUp, and after a miss Loading or SharedLoad
//         a write:  Write
//         past it:  [Trying, of a machine that is down]  Passing
#pragma once

#include <optional>

#include "models/blocks/await.h"
#include "models/blocks/block_service.h"
#include "models/blocks/core_time.h"
#include "models/blocks/measure.h"
#include "models/failures/injection.h"
#include "models/network/hop.h"

namespace models {

class Cache;
class CacheCopy;

class CacheProgram {
public:
    CacheProgram(Cache& cache, CacheCopy& copy);
    Go enter() { return door_ ? Go{&*door_, Way::enter} : visit_.enter(); }

    // For stories, in frames of their own: a turn of the copy's thread, and a load.
    Service& turn() { return turn_; }
    Service& load() { return load_; }

private:
    // --- around all of it ---

    // What was acknowledged when it came decides whether an answer is stale.
    class Judging final : public Keeps<Judging> {
    public:
        struct State {
            std::uint64_t due;
        };
        explicit Judging(Cache& cache) : cache_(cache) {}
        Go enter(Call& call) override;
        Go answered(Call& call) override;

    private:
        Cache& cache_;
    };

    class Choosing final : public Block {
    public:
        explicit Choosing(CacheProgram& program) : program_(program) {}
        Go enter(Call& call) override;

    private:
        CacheProgram& program_;
    };

    // --- a command ---

    // The links between who sent it and the machine.
    class Wire final : public Hop {
    public:
        Wire(const Context& context, const CacheCopy& copy, sim::Meter* spent)
            : Hop(context, spent), copy_(copy) {}

    private:
        std::optional<Ends> ends_of(Call& call) const override;
        const CacheCopy& copy_;
    };

    // A turn of a thread.
    class Turn final : public CoreTime {
    public:
        Turn(Cache& cache, CacheCopy& copy);
        Go enter(Call& call) override;

    private:
        Cache& cache_;
        CacheCopy& copy_;
    };

    // Both, as far as they take time.
    struct Command {
        Command(Cache& cache, CacheCopy& copy);
        // `next` is at the machine, and goes back to inside(around).
        void link(Block* around, Block* next);
        Block* inside(Block* around) { return wire ? static_cast<Block*>(&*wire) : around; }
        std::optional<Wire> wire;
        std::optional<Turn> turn;
        Block* first = nullptr;
    };

    // --- reading ---

    class Reading final : public Keeps<Reading> {
    public:
        struct State {
            sim::Time began;
            bool has_missed;
        };
        explicit Reading(Cache& cache) : cache_(cache) {}
        void load_by(Block* load) { load_ = load; }
        Go enter(Call& call) override;
        Go answered(Call& call) override;

    private:
        Cache& cache_;
        Block* load_ = nullptr;
    };

    class LookUp final : public Block {
    public:
        LookUp(Cache& cache, CacheCopy& copy) : cache_(cache), copy_(copy) {}
        Go enter(Call& call) override;

    private:
        Cache& cache_;
        CacheCopy& copy_;
    };

    // --- asking the node behind ---

    // Through the cache's edge, in a frame of its own as its copies share that.
    class Onward : public Keeps<Onward> {
    public:
        struct State {
            sim::Time began;
            std::uint64_t identity;
            std::uint64_t key;
            EndpointId endpoint;
            PlaceId place;
            bool is_relayed;
        };
        Onward(Cache& cache, CacheCopy& copy) : cache_(cache), copy_(copy) {}
        Go answered(Call& call) override;
        void abandoned(Call& call) final;
        void restore(Call& call) final;

    protected:
        Go send(Call& call);

        Cache& cache_;
        CacheCopy& copy_;
    };

    // As if it were not there.
    class Passing final : public Onward {
    public:
        using Onward::Onward;
        Go enter(Call& call) override;
    };

    // The answer is stored, and does not wait for that; or whoever asked sees to it.
    class Loading final : public Onward {
    public:
        Loading(Cache& cache, CacheCopy& copy, bool keeps) : Onward(cache, copy), keeps_(keeps) {}
        Go enter(Call& call) override;
        Go answered(Call& call) override;

    private:
        bool keeps_;
    };

    // --- stories: what waits for others, or several times ---

    class Story : public Await {
    public:
        using Tell = Reply (Cache::*)(CacheCopy& copy, Request request);
        Story(Cache& cache, CacheCopy& copy, Tell tell) : cache_(cache), copy_(copy), tell_(tell) {}
        Reply story(Call& call) final { return (cache_.*tell_)(copy_, call.request); }

    private:
        Cache& cache_;
        CacheCopy& copy_;
        Tell tell_;
    };

    class Commanded final : public Story {
    public:
        using Story::Story;
        Go enter(Call& call) override {
            return call.request.endpoint > 0 ? Await::enter(call) : on();
        }
    };

    // Who is down is found to be, before it is passed or refuses.
    class Trying final : public Story {
    public:
        using Story::Story;
        Go told(Call&, const Response&) override { return on(); }
    };
    class Refusing final : public Block {
    public:
        Go enter(Call& call) override { return answer(call, {Outcome::failed, cause::refused}); }
    };

    void link();
    Go pass_dead(Call& call);

    Cache& cache_;
    CacheCopy& copy_;
    std::optional<Wire> door_;
    MeasuredVisit visit_;
    std::optional<InjectedHere> injected_;
    Commanded commanded_;
    Judging judging_;
    Choosing choosing_;
    Trying trying_;
    Refusing refusing_;
    Reading reading_;
    Command looking_;
    LookUp look_up_;
    Loading loading_;
    Story shared_load_;
    Story write_;
    Passing passing_;
    Turn taking_turn_;
    BlockService turn_;
    Loading loading_alone_;
    BlockService load_;
};

}  // namespace models
