// Whether code still runs in the process that began it.
#include "models/processes/incarnation.h"

#include <doctest/doctest.h>

#include "tests/support/fake_server.h"

using models::Incarnation;

TEST_CASE("an incarnation ends with the crash of its process, and does not come back with it") {
    support::FakeInstance process;
    Incarnation mine(process);
    CHECK(mine.is_alive());
    CHECK_FALSE(mine.is_over());

    process.take_down();
    CHECK_FALSE(mine.is_alive());
    CHECK(mine.is_over());

    process.bring_up();
    CHECK_FALSE(mine.is_alive());
    CHECK(mine.is_over());
    mine.begin();
    CHECK(mine.is_alive());
}

TEST_CASE("a process that is down and has lost nothing is not alive, and not over") {
    support::FakeInstance process;
    const Incarnation mine(process);
    process.up = false;
    CHECK_FALSE(mine.is_alive());
    CHECK_FALSE(mine.is_over());
}

TEST_CASE("what is in no instance never dies") {
    const Incarnation mine(nullptr);
    CHECK(mine.is_alive());
    CHECK_FALSE(mine.is_over());
}
