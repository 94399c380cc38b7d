#include "models/data/judging.h"

#include <doctest/doctest.h>

using models::Ledger;
using models::Request;
using models::Response;

namespace {

Request about(Ledger::Key key, bool is_write = false) {
    Request request;
    request.key = key;
    request.is_write = is_write;
    return request;
}

Response of_version(std::uint64_t version) {
    Response response;
    response.version = version;
    return response;
}

}  // namespace

TEST_CASE(
    "an answer that lacks a write acknowledged before it began is stale, a later one is not") {
    Ledger ledger;
    const std::uint64_t old = ledger.commit(1);
    const std::uint64_t due_before = version_due(ledger, about(1), 1);
    Response written = of_version(ledger.commit(1));
    CHECK_FALSE(judge(ledger, about(1, true), written, 0));
    const std::uint64_t due_after = version_due(ledger, about(1), 1);
    CHECK(due_after == written.version);

    Response read = of_version(old);
    CHECK_FALSE(judge(ledger, about(1), read, due_before));  // it began before the acknowledgement
    CHECK_FALSE(bool(read.stale));
    CHECK(judge(ledger, about(1), read, due_after));
    CHECK(bool(read.stale));
}

TEST_CASE("what a cache has sent on is judged there: neither acknowledged here nor stale") {
    Ledger ledger;
    ledger.acknowledge(1, 5);
    Request relayed = about(1);
    relayed.is_relayed = true;
    CHECK(version_due(ledger, relayed, 1) == 0);
    Response read = of_version(2);
    CHECK_FALSE(judge(ledger, relayed, read, version_due(ledger, relayed, 1)));
    CHECK_FALSE(bool(read.stale));

    relayed.is_write = true;
    Response written = of_version(9);
    CHECK_FALSE(judge(ledger, relayed, written, 0));
    CHECK(ledger.acknowledged(1) == 5);
}

TEST_CASE("a failure acknowledges nothing, and is not stale") {
    Ledger ledger;
    Response failed = of_version(3);
    failed.outcome = models::Outcome::failed;
    CHECK_FALSE(judge(ledger, about(1, true), failed, 0));
    CHECK(ledger.acknowledged(1) == 0);
    CHECK_FALSE(judge(ledger, about(1), failed, 7));
}
