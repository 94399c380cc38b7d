#include "models/data/ledger.h"

#include <doctest/doctest.h>

using models::Ledger;

TEST_CASE("an item's version is that of its last write, the set's that of the last write to any") {
    Ledger ledger;
    CHECK(ledger.committed(7) == 0);
    const std::uint64_t first = ledger.commit(7);
    const std::uint64_t second = ledger.commit(8);
    CHECK(first < second);
    CHECK(ledger.committed(7) == first);
    CHECK(ledger.committed(8) == second);
    CHECK(ledger.committed(Ledger::kWholeSet) == second);
}

TEST_CASE("what is acknowledged need not be committed, and versions never go back") {
    Ledger ledger;
    const std::uint64_t early = ledger.reserve();
    const std::uint64_t late = ledger.commit(1);
    ledger.acknowledge(1, early);
    CHECK(ledger.acknowledged(1) == early);
    ledger.commit(1, early);  // a write that comes late
    CHECK(ledger.committed(1) == late);
    ledger.acknowledge(1, late);
    ledger.acknowledge(1, early);
    CHECK(ledger.acknowledged(1) == late);
    CHECK(ledger.acknowledged(2) == 0);
}
