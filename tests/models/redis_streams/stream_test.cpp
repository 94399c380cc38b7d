// A stream and its groups: models/redis_streams/stream.h.
#include <doctest/doctest.h>

#include <chrono>
#include <vector>

#include "models/redis_streams/stream.h"

using namespace std::chrono_literals;
using models::redis_streams::Entries;
using models::redis_streams::Entry;
using models::redis_streams::EntryId;
using models::redis_streams::Group;
using models::redis_streams::Stream;

namespace {

Entry redis_entry(EntryId id, std::uint32_t bytes = 100) {
    Entry entry;
    entry.id = id;
    entry.bytes = bytes;
    return entry;
}

Stream redis_stream(EntryId last) {
    Stream stream({});
    for (EntryId each = 1; each <= last; ++each) stream.add(redis_entry(each));
    return stream;
}

std::vector<EntryId> entry_ids(const Entries& entries) {
    std::vector<EntryId> all;
    for (const Entry& each : entries) all.push_back(each.id);
    return all;
}
using EntryIds = std::vector<EntryId>;

sim::Time moment(sim::Duration time) {
    return sim::Time(time);
}

}  // namespace

TEST_CASE("exact trimming keeps as many as it says, and memory goes by whole macro nodes") {
    Stream stream({250, false, 100, 1000000});
    for (EntryId each = 1; each <= 1000; ++each) {
        const Entries gone = stream.add(redis_entry(each));
        CHECK(entry_ids(gone) == (each > 250 ? EntryIds{each - 250} : EntryIds{}));
    }
    CHECK(stream.length() == 250);
    // 751 to 800 lie in a node whose first fifty are gone, and whose memory is not.
    CHECK(stream.bytes() == 300 * 100);
    CHECK(stream.find(750) == nullptr);
    CHECK(stream.find(751) != nullptr);
}

TEST_CASE("approximate trimming takes whole macro nodes: up to one more stays") {
    Stream stream({250, true, 100, 1000000});
    for (EntryId each = 1; each <= 1000; ++each) {
        const Entries gone = stream.add(redis_entry(each));
        CHECK(gone.size() % 100 == 0);
        if (each >= 250) CHECK(stream.length() >= 250);
        CHECK(stream.length() < 250 + 100);
        CHECK(stream.bytes() == stream.length() * 100);
    }
    // Nodes of a hundred: with 350 the oldest may go.
    CHECK(stream.length() == 300);
}

TEST_CASE("a macro node is full by its entries or by its bytes") {
    Stream stream({3, true, 100, 250});
    for (EntryId each = 1; each <= 9; ++each) stream.add(redis_entry(each));
    // Two of 100 bytes in each of 250: with five there the oldest two may go, with four not.
    CHECK(stream.length() == 3);
    stream.add(redis_entry(10));
    CHECK(stream.length() == 4);
}

TEST_CASE("each entry goes to one consumer, and is pending until it is acknowledged") {
    const Stream stream = redis_stream(5);
    Group group;
    CHECK(entry_ids(group.read(stream, 1, 2, false, moment(0s))) == EntryIds{1, 2});
    CHECK(entry_ids(group.read(stream, 2, 2, false, moment(0s))) == EntryIds{3, 4});
    CHECK(group.pending() == 4);
    CHECK(group.acknowledge(2));
    CHECK(!group.acknowledge(2));
    CHECK(entry_ids(group.read(stream, 1, 9, true, moment(1s))) == EntryIds{5});
    CHECK(group.pending() == 3);
    CHECK(group.read(stream, 1, 9, false, moment(1s)).empty());
    // What is pending for it, and for no other, again.
    const Entries again = group.read_pending(stream, 2, 0, 9, moment(2s));
    CHECK(entry_ids(again) == EntryIds{3, 4});
    CHECK(again.front().deliveries == 2);
    CHECK(entry_ids(group.read_pending(stream, 2, 3, 9, moment(2s))) == EntryIds{4});
}

TEST_CASE("who claims takes what was idle for so long, and others start anew") {
    const Stream stream = redis_stream(6);
    Group group;
    group.read(stream, 1, 3, false, moment(0s));
    group.read(stream, 1, 3, false, moment(30s));
    CHECK(group.autoclaim(stream, 2, 60s, 0, 10, moment(59s)).entries.empty());
    const Group::Claimed first = group.autoclaim(stream, 2, 60s, 0, 2, moment(60s));
    CHECK(entry_ids(first.entries) == EntryIds{1, 2});
    CHECK(first.cursor == 3);
    CHECK(first.entries.front().deliveries == 2);
    const Group::Claimed rest = group.autoclaim(stream, 2, 60s, first.cursor, 2, moment(60s));
    CHECK(entry_ids(rest.entries) == EntryIds{3});
    CHECK(rest.cursor == 0);
    // They have been idle for no time with the second, whose they are now.
    CHECK(group.autoclaim(stream, 3, 60s, 0, 10, moment(119s)).entries.size() == 3);
    CHECK(entry_ids(group.read_pending(stream, 2, 0, 10, moment(119s))) == EntryIds{1, 2, 3});
}

TEST_CASE("what was trimmed while it was pending is found by nobody") {
    Stream stream({2, false, 100, 4096});
    Group group;
    for (EntryId each = 1; each <= 2; ++each) stream.add(redis_entry(each));
    group.read(stream, 1, 2, false, moment(0s));
    stream.add(redis_entry(3));
    const Group::Claimed claimed = group.autoclaim(stream, 2, 1s, 0, 10, moment(5s));
    CHECK(entry_ids(claimed.entries) == EntryIds{2});
    CHECK(claimed.deleted == 1);
    CHECK(group.pending() == 1);
}
