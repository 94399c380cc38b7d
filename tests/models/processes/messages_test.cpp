// What a message becomes when it is handled, and what is counted of that.
#include "models/processes/messages.h"

#include <doctest/doctest.h>

#include <chrono>

#include "tests/support/block_world.h"
#include "tests/support/fake_server.h"

using namespace std::chrono_literals;

TEST_CASE("a message is handled with the same luck by whichever instance gets it") {
    support::FakeInstance process;
    const models::MessageToHandle message{77, 5, 9, 300};
    const models::Request first = models::request_for({process, 0, 2, 11}, message);
    const models::Request other = models::request_for({process, 3, 2, 11}, message);
    CHECK(first.identity == other.identity);
    CHECK(first.identity != models::request_for({process, 0, 2, 12}, message).identity);
    CHECK(first.operation == 77);
    CHECK(first.key == 5);
    CHECK(first.user == 9);
    CHECK(first.bytes == 300);
    CHECK(first.endpoint == 2);
    CHECK(other.caller == 3);
}

TEST_CASE("attempts of an operation do the same, and a call without one does its own") {
    models::Request request;
    request.identity = 4;
    CHECK(request.operation_id() == 4);
    CHECK(request.again(1).operation_id() != 4);
    request.operation = 8;
    CHECK(request.operation_id() == 8);
    CHECK(request.again(1).operation_id() == 8);
}

TEST_CASE("what is handled a second time counts as that, and warm-up's messages not at all") {
    support::BlockWorld world;
    models::HandledMessages handled(world.context);
    const auto figure = [&](const char* name) {
        const models::Tally tally(world.context, name);
        return tally.value();
    };
    const models::Response failed{models::Outcome::failed};
    world.scheduler.run_until(sim::Time(1s));
    world.recorder.begin_measuring();
    CHECK_FALSE(handled.add(1, sim::Time(500ms), {}));
    CHECK_FALSE(handled.add(1, sim::Time(500ms), failed));
    CHECK(figure("handled") == 0);
    CHECK(figure("failed_attempts") == 0);

    CHECK_FALSE(handled.add(2, sim::Time(1s), failed));
    CHECK(handled.add(2, sim::Time(1s), {}));
    CHECK(handled.add(3, sim::Time(1s), {}));
    CHECK(handled.add(2, sim::Time(1s), {}));
    CHECK(figure("failed_attempts") == 1);
    CHECK(figure("handled") == 2);
    CHECK(figure("handled_again") == 1);
}
