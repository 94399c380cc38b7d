// The way of a request at one copy of a cache.
//
//     Measure  [Injected]  [Commanded]  [Judging]  Choosing
//         a read:   Reading: [Reach]  [Turn]  LookUp, and on a miss Loading or SharedLoad
//         a write:  Write
//         past it:  Passing
#pragma once

#include <optional>

#include "models/blocks/await.h"
#include "models/blocks/block_service.h"
#include "models/blocks/core_time.h"
#include "models/blocks/measure.h"
#include "models/failures/injection.h"

namespace models {

class Cache;
class CacheCopy;

class CacheProgram {
public:
    CacheProgram(Cache& cache, CacheCopy& copy);
    Go enter() { return visit_.enter(); }

    // For stories, in frames of their own: an access to the copy, and a load into it.
    Service& access() { return access_; }
    Service& load() { return load_; }

private:
    // --- around all of it ---

    // What was acknowledged when it came decides whether an answer is stale.
    class Judging final : public Keeps<Judging> {
    public:
        struct State {
            std::uint64_t expected;
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

    // --- an access ---

    // The network.
    class Reach final : public Keeps<Reach> {
    public:
        struct State {
            sim::Time began;
        };
        explicit Reach(Cache& cache) : cache_(cache) {}
        Go enter(Call& call) override;
        Go woken(Call& call) override;

    private:
        Cache& cache_;
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
    struct Access {
        Access(Cache& cache, CacheCopy& copy, Block* around, Block* next);
        std::optional<Reach> reach;
        std::optional<Turn> turn;
        Block* first;
    };

    // --- reading ---

    class Reading final : public Keeps<Reading> {
    public:
        struct State {
            sim::Time began;
            bool found;
        };
        explicit Reading(Cache& cache) : cache_(cache) {}
        Go enter(Call& call) override;
        Go answered(Call& call) override;
        // The call has its item; the state is on top.
        static void found(Call& call) { mine(call).found = true; }

    private:
        Cache& cache_;
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

    // The answer is stored, and does not wait for that.
    class Loading final : public Onward {
    public:
        using Onward::Onward;
        Go enter(Call& call) override;
        Go answered(Call& call) override;
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

    void link();

    Cache& cache_;
    CacheCopy& copy_;
    MeasuredVisit visit_;
    std::optional<InjectedHere> injected_;
    Commanded commanded_;
    Judging judging_;
    Choosing choosing_;
    Reading reading_;
    Access reading_access_;
    LookUp look_up_;
    Loading loading_;
    Story shared_load_;
    Story write_;
    Passing passing_;
    Access accessing_;
    BlockService access_;
    Loading loading_alone_;
    BlockService load_;
};

}  // namespace models
