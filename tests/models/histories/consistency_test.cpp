// Which promises a store has broken, by hand-made histories.
#include "models/histories/consistency.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "sim/rng.h"

using namespace std::chrono_literals;
using models::Promise;

namespace {

// Operations by the millisecond; one item unless told otherwise.
class ToldHistory {
public:
    struct When {
        int began;
        int ended;
    };
    ToldHistory& write(std::uint64_t version, When when, std::uint64_t session = 1) {
        return add(true, version, when, session);
    }
    ToldHistory& read(std::uint64_t version, When when, std::uint64_t session = 2) {
        return add(false, version, when, session);
    }
    // Its answer never came.
    ToldHistory& lost_write(int began, std::uint64_t session = 1) {
        history_.begin(operation(true, began, session));
        return *this;
    }
    ToldHistory& of(std::uint64_t key) {
        key_ = key;
        return *this;
    }

    std::uint64_t broken(Promise promise) const {
        return models::check_history(history_, 10ms).broken(promise);
    }
    bool is_linearizable() const { return broken(Promise::linearizable) == 0; }
    models::Consistency check() const { return models::check_history(history_, 10ms); }

private:
    models::Operation operation(bool is_write, int began, std::uint64_t session) const {
        models::Operation operation;
        operation.began = sim::Time(std::chrono::milliseconds(began));
        operation.key = key_;
        operation.session = session;
        operation.is_write = is_write;
        return operation;
    }
    ToldHistory& add(bool is_write, std::uint64_t version, When when, std::uint64_t session) {
        const std::size_t number = history_.begin(operation(is_write, when.began, session));
        history_.end(number, sim::Time(std::chrono::milliseconds(when.ended)), version);
        return *this;
    }

    models::History history_{1000};
    std::uint64_t key_ = 7;
};

}  // namespace

TEST_CASE("one after the other is linearizable, and what is old then is not") {
    CHECK(ToldHistory()
              .write(1, {0, 1})
              .read(1, {2, 3})
              .write(2, {4, 5})
              .read(2, {6, 7})
              .is_linearizable());
    CHECK_FALSE(ToldHistory().write(1, {0, 1}).write(2, {2, 3}).read(1, {4, 5}).is_linearizable());
    CHECK_FALSE(ToldHistory().write(1, {0, 1}).read(0, {2, 3}).is_linearizable());
}

TEST_CASE("a read beside a write sees either") {
    CHECK(ToldHistory().write(1, {0, 9}).read(0, {1, 2}).read(1, {3, 4}).is_linearizable());
    // New, and then old again (Lamport's inversion): regular, not atomic.
    CHECK_FALSE(
        ToldHistory().write(1, {0, 9}).read(1, {1, 2}).read(0, {3, 4}, 3).is_linearizable());
}

TEST_CASE("two writes side by side have one order for all") {
    const auto both = [] { return ToldHistory().write(1, {0, 9}, 1).write(2, {0, 9}, 2); };
    CHECK(both().read(1, {10, 11}).read(1, {12, 13}).is_linearizable());
    CHECK(both().read(1, {1, 2}).read(2, {3, 4}).read(2, {10, 11}).is_linearizable());
    CHECK_FALSE(both().read(1, {10, 11}, 3).read(2, {12, 13}, 4).is_linearizable());
    CHECK_FALSE(both().read(1, {1, 2}, 3).read(2, {3, 4}, 3).read(1, {5, 6}, 3).is_linearizable());
}

TEST_CASE("nobody reads what is not written yet") {
    CHECK_FALSE(ToldHistory().read(1, {0, 1}).write(1, {2, 3}).is_linearizable());
}

TEST_CASE("a write whose answer never came may have happened, late too, or never") {
    CHECK(ToldHistory().write(1, {0, 1}).lost_write(2).read(1, {3, 4}).is_linearizable());
    CHECK(ToldHistory()
              .write(1, {0, 1})
              .lost_write(2)
              .read(1, {3, 4})
              .read(2, {5, 6})
              .is_linearizable());
    CHECK_FALSE(ToldHistory()
                    .write(1, {0, 1})
                    .lost_write(2)
                    .read(2, {3, 4}, 2)
                    .read(1, {5, 6}, 3)
                    .is_linearizable());
}

TEST_CASE("a value that is there within another's time breaks the order") {
    // Version 1 is there from 1 to 8 at least; 2 was written and read within.
    CHECK_FALSE(ToldHistory()
                    .write(1, {0, 1})
                    .write(2, {2, 4}, 3)
                    .read(2, {2, 4}, 4)
                    .read(1, {8, 9})
                    .is_linearizable());
}

TEST_CASE("what begins as another ends overlaps it") {
    CHECK(ToldHistory().write(1, {0, 1}).read(0, {1, 2}).is_linearizable());
}

namespace {

// Wing and Gong (1993): some order of all operations that keeps to real time, and in which each
// read sees the write before it. Tries them all.
bool has_order(const std::vector<models::Operation>& left, std::uint64_t value) {
    if (left.empty()) return true;
    for (std::size_t next = 0; next < left.size(); ++next) {
        const models::Operation& one = left[next];
        const bool is_first = std::ranges::none_of(
            left, [&](const models::Operation& other) { return other.is_before(one); });
        if (!is_first || (!one.is_write && one.version != value)) continue;
        std::vector<models::Operation> others = left;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(next));
        if (has_order(others, one.is_write ? one.version : value)) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("of any few operations it says what trying all orders says") {
    sim::Draws draws(17);
    int linearizable = 0;
    constexpr int kHistories = 20000;
    for (int trial = 0; trial < kHistories; ++trial) {
        std::vector<models::Operation> operations;
        const std::uint64_t writes = 1 + draws.below(3);
        const std::uint64_t reads = 1 + draws.below(4);
        for (std::uint64_t i = 0; i < writes + reads; ++i) {
            models::Operation operation;
            operation.began = sim::Time(sim::Duration(draws.below(12)));
            operation.ended = operation.began + sim::Duration(1 + draws.below(8));
            operation.is_write = i < writes;
            operation.version = operation.is_write ? i + 1 : draws.below(writes + 1);
            operation.session = i;
            operations.push_back(operation);
        }
        std::ranges::sort(operations, {}, &models::Operation::began);
        models::History history(100);
        for (const models::Operation& each : operations) history.begin(each);
        const bool expected = has_order(operations, 0);
        linearizable += expected;
        const bool says = models::check_history(history, 10ms).broken(Promise::linearizable) == 0;
        REQUIRE(says == expected);
    }
    // Both happen often.
    CHECK(linearizable > kHistories / 10);
    CHECK(linearizable < kHistories * 9 / 10);
}

TEST_CASE("items do not know of each other, and each counts once") {
    ToldHistory told;
    told.of(1).write(1, {0, 1}).read(0, {2, 3}).read(0, {4, 5});
    told.of(2).write(2, {0, 1}).read(2, {2, 3});
    told.of(3).write(3, {0, 1}).read(0, {2, 3});
    CHECK(told.broken(Promise::linearizable) == 2);
    CHECK(told.check().operations == 7);
    CHECK(told.check().violations.front().key == 3);  // the first in time
}

TEST_CASE("whoever has read the new one does not read the old one") {
    const auto two = [] { return ToldHistory().write(1, {0, 1}, 1).write(2, {2, 3}, 1); };
    CHECK(two().read(2, {4, 5}, 5).read(1, {6, 7}, 6).broken(Promise::monotonic_reads) == 0);
    CHECK(two().read(2, {4, 5}, 5).read(1, {6, 7}, 5).broken(Promise::monotonic_reads) == 1);
    CHECK(two().read(2, {4, 5}, 5).read(0, {6, 7}, 5).broken(Promise::monotonic_reads) == 1);
    // Beside each other they say nothing.
    CHECK(two().read(2, {4, 7}, 5).read(1, {5, 8}, 5).broken(Promise::monotonic_reads) == 0);
    // Of writes side by side nobody knows the order, but who has seen one after the other does.
    const auto side = [] { return ToldHistory().write(1, {0, 9}, 1).write(2, {0, 9}, 2); };
    CHECK(side().read(2, {10, 11}, 5).read(1, {12, 13}, 5).broken(Promise::monotonic_reads) == 0);
    CHECK(side()
              .read(1, {10, 11}, 5)
              .read(2, {12, 13}, 5)
              .read(1, {14, 15}, 5)
              .broken(Promise::monotonic_reads) == 1);
}

TEST_CASE("whoever has written reads that or newer") {
    CHECK(ToldHistory().write(1, {0, 1}, 5).read(0, {2, 3}, 5).broken(Promise::read_your_writes) ==
          1);
    CHECK(ToldHistory().write(1, {0, 1}, 5).read(0, {2, 3}, 6).broken(Promise::read_your_writes) ==
          0);
    CHECK(ToldHistory()
              .write(1, {0, 1}, 5)
              .write(2, {2, 3}, 6)
              .read(2, {4, 5}, 5)
              .broken(Promise::read_your_writes) == 0);
    CHECK(ToldHistory().write(1, {0, 5}, 5).read(0, {2, 3}, 5).broken(Promise::read_your_writes) ==
          0);
}

TEST_CASE("two writes of one person are seen in their order") {
    const auto by = [](std::uint64_t first, std::uint64_t second) {
        return ToldHistory()
            .write(1, {0, 1}, first)
            .write(2, {2, 3}, second)
            .read(2, {4, 5}, 9)
            .read(1, {6, 7}, 9);
    };
    CHECK(by(1, 1).broken(Promise::monotonic_writes) == 1);
    CHECK(by(1, 2).broken(Promise::monotonic_writes) == 0);
}

TEST_CASE("when nothing is written any more all see the same in the end") {
    const auto written = [] { return ToldHistory().write(1, {0, 1}, 1).write(2, {0, 2}, 2); };
    CHECK(written().read(1, {5, 6}, 3).read(2, {7, 8}, 4).broken(Promise::convergent) == 0);
    CHECK(written().read(1, {20, 21}, 3).read(2, {30, 31}, 4).broken(Promise::convergent) == 1);
    CHECK(written().read(2, {20, 21}, 3).read(2, {30, 31}, 4).broken(Promise::convergent) == 0);
}

TEST_CASE("beyond its room a history keeps none, and counts them") {
    models::History history(1);
    history.begin({});
    CHECK(history.begin({}) == models::History::kNotKept);
    CHECK(history.left_out() == 1);
}
