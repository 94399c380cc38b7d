// A queue's rules: models/cloud_queue/queue.h. What the service says of them is in the SQS
// developer guide and the API reference.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "models/cloud_queue/queue.h"

namespace {

using models::sqs::Fates;
using models::sqs::Message;
using models::sqs::Queue;
using models::sqs::QueueSettings;
using models::sqs::Received;
using namespace std::chrono_literals;

constexpr std::uint64_t kSeed = 7;

void send(Queue& queue, std::uint64_t identity, std::uint64_t group = 0) {
    Message message;
    message.identity = identity;
    message.group = group;
    CHECK(queue.send(message));
}

void play(sim::Scheduler& scheduler, sim::Duration time) {
    scheduler.run_until(scheduler.now() + time);
}

std::vector<std::uint64_t> identities(const std::vector<Received>& messages) {
    std::vector<std::uint64_t> all;
    for (const Received& each : messages) all.push_back(each.message.identity);
    return all;
}

void check_conserved(const Queue& queue) {
    const Fates& fates = queue.fates();
    CHECK(fates.sent + fates.dead_letters + fates.reappeared ==
          fates.deleted + fates.dead_lettered + fates.expired + queue.there());
    CHECK(queue.there() == queue.visible() + queue.in_flight() + queue.delayed());
}

}  // namespace

TEST_CASE("a message that is received is invisible until its visibility timeout is over") {
    sim::Scheduler scheduler;
    QueueSettings settings;
    settings.visibility_timeout = 10s;
    Queue queue(scheduler, settings, kSeed);
    send(queue, 1);
    CHECK(queue.receive({}).size() == 1);
    CHECK(queue.receive({}).empty());
    play(scheduler, 9999ms);
    CHECK(queue.receive({}).empty());
    play(scheduler, 1ms);
    const auto again = queue.receive({1, 3s});  // its own timeout
    CHECK(identities(again) == std::vector<std::uint64_t>{1});
    CHECK(again.front().message.receives == 2);
    CHECK(queue.fates().received_again == 1);
    play(scheduler, 3s);
    CHECK(queue.visible() == 1);
    CHECK(queue.fates().timed_out == 2);
    check_conserved(queue);
}

TEST_CASE("only the last receipt handle deletes a message, even when its timeout is over") {
    sim::Scheduler scheduler;
    QueueSettings settings;
    settings.visibility_timeout = 5s;
    Queue queue(scheduler, settings, kSeed);
    send(queue, 1);
    const auto first = queue.receive({});
    play(scheduler, 5s);
    const auto second = queue.receive({});
    CHECK_FALSE(queue.erase(first.front().handle));
    CHECK(queue.there() == 1);
    play(scheduler, 6s);
    CHECK(queue.visible() == 1);
    CHECK(queue.erase(second.front().handle));
    CHECK_FALSE(queue.erase(second.front().handle));
    CHECK(queue.fates().old_receipts == 2);
    CHECK(queue.there() == 0);
    check_conserved(queue);
}

TEST_CASE("the visibility of what is held can be changed: longer, and at once") {
    sim::Scheduler scheduler;
    QueueSettings settings;
    settings.visibility_timeout = 5s;
    Queue queue(scheduler, settings, kSeed);
    send(queue, 1);
    const auto held = queue.receive({});
    play(scheduler, 4s);
    CHECK(queue.change_visibility(held.front().handle, 5s));
    play(scheduler, 4s);
    CHECK(queue.visible() == 0);
    CHECK(queue.change_visibility(held.front().handle, 0s));
    play(scheduler, 1ms);
    CHECK(queue.visible() == 1);
    CHECK_FALSE(queue.change_visibility(held.front().handle, 5s));
}

TEST_CASE("a message that was received so often is dead-lettered instead of once more") {
    sim::Scheduler scheduler;
    QueueSettings settings;
    settings.visibility_timeout = 1s;
    settings.max_receive_count = 3;
    settings.retention = 60s;
    Queue queue(scheduler, settings, kSeed);
    QueueSettings of_dead = settings;
    of_dead.max_receive_count = 0;
    Queue dead(scheduler, of_dead, kSeed + 1);
    queue.redrive_to(dead);
    send(queue, 1);
    for (int each = 0; each < 3; ++each) {
        CHECK(queue.receive({}).size() == 1);
        play(scheduler, 1s);
        CHECK(dead.there() == 0);
    }
    CHECK(queue.receive({}).empty());
    CHECK(dead.visible() == 1);
    check_conserved(queue);
    check_conserved(dead);
    // A standard queue's retention goes on from when the message was first sent.
    play(scheduler, 57s);
    CHECK(dead.there() == 0);
    CHECK(dead.fates().expired == 1);
    check_conserved(dead);
}

TEST_CASE("a delayed message cannot be received before, and retention ends all") {
    sim::Scheduler scheduler;
    QueueSettings settings;
    settings.delay = 5s;
    settings.retention = 60s;
    Queue queue(scheduler, settings, kSeed);
    send(queue, 1);
    send(queue, 2);
    CHECK(queue.receive({10}).empty());
    CHECK(queue.delayed() == 2);
    play(scheduler, 5s);
    CHECK(queue.receive({1}).size() == 1);
    play(scheduler, 55s);
    CHECK(queue.there() == 0);
    CHECK(queue.fates().expired == 2);
    check_conserved(queue);
}

TEST_CASE("of a message with 3 copies on 10 servers, 3 that are sampled have none so often") {
    sim::Scheduler scheduler;
    Queue queue(scheduler, QueueSettings(), kSeed);
    constexpr std::uint32_t kTries = 4000;
    std::uint32_t found = 0;
    for (std::uint32_t each = 0; each < kTries; ++each) {
        send(queue, each + 1);
        auto received = queue.receive({}, 3);
        found += received.empty() ? 0 : 1;
        if (received.empty()) received = queue.receive({});  // of all
        REQUIRE(received.size() == 1);
        queue.erase(received.front().handle);
    }
    // 7 over 3 of 10 over 3 are 35 of 120. One sigma of the share is 0.0072.
    CHECK(1.0 - found / double(kTries) == doctest::Approx(35.0 / 120).epsilon(0.1));
    check_conserved(queue);
}

TEST_CASE("a standard queue gives messages out of order, a FIFO queue those of a group in order") {
    sim::Scheduler scheduler;
    QueueSettings settings;
    Queue standard(scheduler, settings, kSeed);
    settings.is_fifo = true;
    Queue fifo(scheduler, settings, kSeed);
    for (std::uint64_t each = 1; each <= 100; ++each) {
        send(standard, each);
        send(fifo, each, each % 2);
    }
    std::vector<std::uint64_t> all;
    while (standard.visible() > 0) {
        for (const Received& each : standard.receive({10})) {
            all.push_back(each.message.identity);
            standard.erase(each.handle);
        }
    }
    CHECK(all.size() == 100);
    CHECK_FALSE(std::is_sorted(all.begin(), all.end()));
    // One group, and as many of it as there are; then none of it, and those of the other.
    CHECK(identities(fifo.receive({3})) == std::vector<std::uint64_t>{1, 3, 5});
    CHECK(identities(fifo.receive({3})) == std::vector<std::uint64_t>{2, 4, 6});
    CHECK(fifo.receive({3}).empty());
}

TEST_CASE("a group of a FIFO queue goes on when all that was in flight is deleted or came back") {
    sim::Scheduler scheduler;
    QueueSettings settings;
    settings.is_fifo = true;
    settings.visibility_timeout = 10s;
    Queue queue(scheduler, settings, kSeed);
    for (std::uint64_t each = 1; each <= 4; ++each) send(queue, each);
    const auto held = queue.receive({2});
    CHECK(queue.erase(held.front().handle));
    CHECK(queue.receive({}).empty());
    play(scheduler, 10s);
    CHECK_FALSE(queue.erase(held.back().handle));  // over, though nobody has it
    CHECK(identities(queue.receive({10})) == std::vector<std::uint64_t>{2, 3, 4});
    check_conserved(queue);
}

TEST_CASE("a FIFO queue drops what is sent again within five minutes") {
    sim::Scheduler scheduler;
    QueueSettings settings;
    settings.is_fifo = true;
    settings.deduplicates = true;
    Queue queue(scheduler, settings, kSeed);
    send(queue, 1);
    queue.erase(queue.receive({}).front().handle);
    play(scheduler, 299s);
    send(queue, 1);
    CHECK(queue.there() == 0);
    play(scheduler, 1s);
    send(queue, 1);
    CHECK(queue.there() == 1);
    CHECK(queue.fates().sent == 2);
    CHECK(queue.fates().deduplicated == 1);
    check_conserved(queue);
}

TEST_CASE("a copy on a server that was away when its message was deleted is there again") {
    sim::Scheduler scheduler;
    QueueSettings settings;
    settings.servers = 3;
    settings.copies = 3;
    Queue queue(scheduler, settings, kSeed);
    send(queue, 1);
    queue.server_went_away(1);
    const auto held = queue.receive({});
    CHECK(queue.erase(held.front().handle));
    CHECK(queue.there() == 0);
    queue.server_came_back(1);
    CHECK(queue.visible() == 1);
    CHECK(queue.fates().reappeared == 1);
    check_conserved(queue);
}

TEST_CASE("a server that was away when a message was received gives it to another") {
    sim::Scheduler scheduler;
    QueueSettings settings;
    settings.servers = 3;
    settings.copies = 3;
    Queue queue(scheduler, settings, kSeed);
    send(queue, 1);
    queue.server_went_away(2);
    const auto first = queue.receive({});
    queue.server_came_back(2);
    const auto second = queue.receive({});
    CHECK(second.size() == 1);
    CHECK_FALSE(queue.erase(first.front().handle));
    CHECK(queue.erase(second.front().handle));
}

TEST_CASE("a queue without servers takes and gives nothing, and keeps what it has") {
    sim::Scheduler scheduler;
    QueueSettings settings;
    settings.servers = 2;
    settings.copies = 1;
    Queue queue(scheduler, settings, kSeed);
    for (std::uint64_t each = 1; each <= 100; ++each) send(queue, each);
    queue.server_went_away(0);
    const auto half = queue.receive({100});
    // A half of them is there; one sigma is 5.
    CHECK(half.size() == doctest::Approx(50).epsilon(0.4));
    queue.server_went_away(1);
    CHECK_FALSE(queue.send(Message()));
    CHECK(queue.receive({100}).empty());
    queue.server_came_back(0);
    queue.server_came_back(1);
    CHECK(queue.receive({100}).size() == 100 - half.size());
    check_conserved(queue);
}

TEST_CASE("no more are received than may be in flight") {
    sim::Scheduler scheduler;
    QueueSettings settings;
    settings.max_in_flight = 15;
    Queue queue(scheduler, settings, kSeed);
    for (std::uint64_t each = 1; each <= 30; ++each) send(queue, each);
    CHECK(queue.receive({10}).size() == 10);
    const auto last = queue.receive({10});
    CHECK(last.size() == 5);
    CHECK(queue.is_full());
    CHECK(queue.receive({10}).empty());
    queue.erase(last.front().handle);
    CHECK(queue.receive({10}).size() == 1);
}

TEST_CASE("a poll that waits gets what comes, and those that came first are served first") {
    sim::Scheduler scheduler;
    Queue queue(scheduler, QueueSettings(), kSeed);
    Queue::Poll first(scheduler, {10});
    Queue::Poll second(scheduler, {10});
    queue.wait(first);
    queue.wait(second);
    send(queue, 1);
    CHECK(first.answered.is_open());
    CHECK_FALSE(second.answered.is_open());
    CHECK(identities(first.messages) == std::vector<std::uint64_t>{1});
    send(queue, 2);
    CHECK(identities(second.messages) == std::vector<std::uint64_t>{2});
}

TEST_CASE("one that was received three times goes behind the others of a standard queue") {
    sim::Scheduler scheduler;
    QueueSettings settings;
    settings.servers = settings.copies = 1;
    settings.visibility_timeout = 1s;
    Queue queue(scheduler, settings, kSeed);
    send(queue, 1);
    send(queue, 2);
    for (int each = 0; each < 3; ++each) {
        CHECK(identities(queue.receive({1})) == std::vector<std::uint64_t>{1});
        play(scheduler, 1s);
    }
    CHECK(identities(queue.receive({2})) == std::vector<std::uint64_t>{2, 1});
}

TEST_CASE("whatever is done to queues, no message is lost count of") {
    sim::Scheduler scheduler;
    for (const bool is_fifo : {false, true}) {
        QueueSettings settings;
        settings.is_fifo = is_fifo;
        settings.visibility_timeout = 3s;
        settings.delay = 1s;
        settings.retention = 10s;
        settings.max_receive_count = 4;
        settings.deduplicates = is_fifo;
        Queue queue(scheduler, settings, kSeed);
        settings.max_receive_count = 0;
        Queue dead(scheduler, settings, kSeed + 1);
        queue.redrive_to(dead);
        std::vector<models::sqs::ReceiptHandle> handles;
        sim::Draws draws(is_fifo ? 11 : 12);
        std::vector<int> away(settings.servers);
        for (int step = 0; step < 20000; ++step) {
            switch (draws.below(7)) {
                case 0:
                case 1: {
                    Message message;
                    message.identity = draws.below(3000);
                    message.group = draws.below(5);
                    queue.send(message);
                    break;
                }
                case 2:
                case 3: {
                    const auto received =
                        queue.receive({static_cast<std::uint32_t>(1 + draws.below(10))},
                                      static_cast<std::uint32_t>(1 + draws.below(10)));
                    for (const Received& each : received) handles.push_back(each.handle);
                    break;
                }
                case 4:
                    if (!handles.empty()) queue.erase(handles[draws.below(handles.size())]);
                    break;
                case 5: {
                    const auto server = static_cast<std::uint32_t>(draws.below(settings.servers));
                    if (away[server] != 0) {
                        queue.server_came_back(server);
                    } else {
                        queue.server_went_away(server);
                    }
                    away[server] = 1 - away[server];
                    break;
                }
                default:
                    if (!handles.empty()) {
                        queue.change_visibility(handles[draws.below(handles.size())],
                                                std::chrono::milliseconds(draws.below(5000)));
                    }
                    play(scheduler, std::chrono::milliseconds(draws.below(400)));
            }
            if (step % 100 == 0) {
                check_conserved(queue);
                check_conserved(dead);
            }
        }
        CHECK(queue.fates().dead_lettered == dead.fates().dead_letters);
        for (const std::uint64_t each :
             {queue.fates().received_again, queue.fates().deleted, queue.fates().dead_lettered,
              queue.fates().expired, queue.fates().old_receipts}) {
            CHECK(each > 0);
        }
        CHECK((queue.fates().reappeared > 0) == !is_fifo);
        CHECK((queue.fates().deduplicated > 0) == is_fifo);
    }
}
