// Calls through random worlds of blocks: whoever gives up, dies or is cancelled leaves nothing
// behind.
#include "models/blocks/calls.h"

#include <doctest/doctest.h>

#include <deque>
#include <memory>
#include <vector>

#include "models/blocks/block_service.h"
#include "sim/rng.h"
#include "sim/semaphore.h"
#include "sim/sleep.h"
#include "tests/support/block_world.h"
#include "tests/support/small_blocks.h"

using namespace std::chrono_literals;
using models::Block;
using models::BlockService;
using models::Call;
using models::Go;
using models::Way;
using support::BlockWorld;

namespace {

using support::blocks::Calls;
using support::blocks::Forks;
using support::blocks::Holds;
using support::blocks::Limits;
using support::blocks::Stays;
using support::blocks::Tells;
using support::blocks::Waits;

// Random services, each of which may call those made before it.
class RandomWorld {
public:
    RandomWorld(BlockWorld& world, std::uint64_t seed, sim::Duration time_grain = 1us)
        : at(world), draws(sim::mix(seed)), grain(time_grain) {
        for (int i = 0; i < 6; ++i) services.push_back(&service());
    }

    BlockService& service() {
        Block& first = list(&models::Return::block(), 3);
        return keep<BlockService>(made_services, at.world, &first);
    }

    // A list of blocks whose last goes back to `outer`, with scopes around what follows them.
    Block& list(Block* outer, int depth) {
        std::vector<std::pair<Block*, Block*>> all;  // and what is around each
        Block* around = outer;
        const auto count = 1 + draws.below(4);
        for (std::uint64_t i = 0; i < count; ++i) {
            bool is_scope = false;
            Block& block = any(around, depth, is_scope);
            all.emplace_back(&block, around);
            if (is_scope) around = &block;
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            Block* const next = i + 1 < all.size() ? all[i + 1].first : nullptr;
            if (next != nullptr) {
                all[i].first->link(all[i].second, next);
            } else {
                all[i].first->link(all[i].second, Go{around, Way::answered});
            }
        }
        return *all.front().first;
    }

    // Below so many microseconds.
    sim::Duration time(std::uint64_t microseconds) {
        return sim::Duration(1000 * draws.below(microseconds)) / grain * grain;
    }

    BlockWorld& at;
    sim::Draws draws;
    sim::Duration grain;
    std::deque<sim::Semaphore> slots;
    std::vector<BlockService*> services;
    std::vector<Stays*> stays;

private:
    template <class T, class... Arguments>
    T& keep(auto& into, Arguments&&... arguments) {
        auto one = std::make_unique<T>(std::forward<Arguments>(arguments)...);
        T& kept = *one;
        into.push_back(std::move(one));
        return kept;
    }
    template <class T, class... Arguments>
    T& block(Arguments&&... arguments) {
        return keep<T>(blocks, std::forward<Arguments>(arguments)...);
    }

    Block& any(Block*, int depth, bool& is_scope) {
        const auto spent = time(9000);
        switch (draws.below(depth > 0 ? 8 : 4)) {
            case 0:
                return block<Waits>(at, spent);
            case 1:
                is_scope = true;
                return block<Holds>(slots.emplace_back(at.scheduler, 1 + draws.below(2)));
            case 2:
                is_scope = true;
                stays.push_back(&block<Stays>());
                return *stays.back();
            case 3:
                is_scope = true;
                return block<Limits>(at, spent, draws.chance(0.3));
            case 4:
            case 5:
                if (services.empty()) return block<Waits>(at, spent);
                return block<Calls>(*services[draws.below(services.size())]);
            case 6: {
                std::vector<Block*> branches;
                for (std::uint64_t i = draws.below(3); i-- > 0;) {
                    branches.push_back(&list(&models::Return::block(), depth - 1));
                }
                return block<Forks>(at, std::move(branches));
            }
            default:
                return block<Tells>(
                    at, services.empty() ? nullptr : services[draws.below(services.size())]);
        }
    }

    std::vector<std::unique_ptr<Block>> blocks;
    std::vector<std::unique_ptr<BlockService>> made_services;
};

void check_nothing_is_left(RandomWorld& world) {
    CHECK(world.at.world.calls.live() == 0);
    for (const sim::Semaphore& each : world.slots) {
        CHECK(each.taken() == 0);
        CHECK(each.waiting() == 0);
    }
    for (const Stays* each : world.stays) CHECK(each->here == 0);
}

}  // namespace

namespace {

// Other records are free first from now on, and have had other calls, whose alarms are still set.
void shuffle_records(BlockWorld& at, std::uint64_t seed) {
    sim::Draws draws(sim::mix(seed));
    std::deque<Limits> limits;
    std::deque<Waits> waits;
    std::vector<Call*> all;
    for (int i = 0; i < 300; ++i) {
        Limits& limit = limits.emplace_back(at, 1ms * (1 + draws.below(60)), false);
        Waits& wait = waits.emplace_back(at, 1s);
        limit.link(&models::Return::block(), &wait);
        wait.link(&limit, nullptr);
        all.push_back(&at.world.calls.begin({}));
        at.world.calls.run(*all.back(), {&limit, Way::enter});
    }
    while (!all.empty()) {
        std::swap(all[draws.below(all.size())], all.back());
        at.world.calls.leave(*all.back(), true);
        all.pop_back();
    }
}

// Which user had an answer, and when; negative: it was no success.
using Ends = std::vector<std::pair<sim::Time, int>>;

// 60 users who come in one after the other, while instances die and callers cancel. Times are whole
// multiples of `grain`, so that many things happen at the same time where it is large.
Ends play(std::uint64_t seed, sim::Duration grain, std::uint64_t shuffle = 0) {
    BlockWorld at;
    if (shuffle != 0) shuffle_records(at, shuffle);
    RandomWorld world(at, seed, grain);
    Ends ends;
    sim::TaskGroup tasks;
    const auto user = [&](int number, BlockService& to, sim::Duration from) -> sim::Task<void> {
        co_await sim::sleep(at.scheduler, from);
        models::Request request;
        request.key = 7;
        const models::Response response = co_await models::ask(at.world, to, request);
        ends.emplace_back(at.scheduler.now(), response.ok() ? number : -number);
    };
    for (int i = 1; i <= 60; ++i) {
        BlockService& to = *world.services[world.draws.below(world.services.size())];
        tasks.run(user(i, to, world.time(40'000)));
    }
    const auto trouble = [&]() -> sim::Task<void> {
        for (int i = 0; i < 20; ++i) {
            co_await sim::sleep(at.scheduler, world.time(5000));
            if (world.stays.empty()) co_return;
            const Stays* const dies = world.stays[world.draws.below(world.stays.size())];
            at.world.calls.end_all_in(dies, {models::Outcome::failed, models::cause::reset});
            CHECK(dies->here == 0);
        }
    };
    tasks.run(trouble());
    at.scheduler.run_until(sim::Time(60s));
    CHECK(tasks.empty());
    check_nothing_is_left(world);
    return ends;
}

}  // namespace

TEST_CASE("a call that gives up leaves nothing behind, in 300 random worlds") {
    std::size_t answered = 0;
    std::size_t failed = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        for (const auto& [time, user] : play(seed, 1us)) {
            ++(user > 0 ? answered : failed);
        }
    }
    CHECK(answered > 5000);
    CHECK(failed > 3000);
}

TEST_CASE("no order, of limits or of who dies with an instance, depends on which record is free") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        const Ends ends = play(seed, 1ms);
        CHECK(ends == play(seed, 1ms, 1));
        CHECK(ends == play(seed, 1ms, 2));
    }
}

TEST_CASE("a run that ends, and a caller that cancels, leave nothing behind either") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        BlockWorld at;
        RandomWorld world(at, seed + 1000);
        auto tasks = std::make_unique<sim::TaskGroup>();
        const auto user = [&](BlockService& to) -> sim::Task<models::Response> {
            co_return co_await models::ask(at.world, to, models::Request{});
        };
        for (int i = 0; i < 40; ++i) {
            tasks->run(user(*world.services[world.draws.below(world.services.size())]));
        }
        at.scheduler.run_until(sim::Time(sim::Duration(1000 * world.draws.below(9000))));
        const bool cancels = world.draws.chance(0.5);
        at.world.cancelling = cancels;
        tasks.reset();
        at.world.cancelling = false;
        if (!cancels) at.world.calls.dismiss();
        at.world.abandoned.dismiss();
        at.scheduler.run_until(sim::Time(60s));
        check_nothing_is_left(world);
    }
}
