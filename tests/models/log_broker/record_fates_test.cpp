// What a group remembers of records: each while it is kept, and of those deleted what it never had.
#include "models/log_broker/record_fates.h"

#include <doctest/doctest.h>

using models::Fate;
using models::RecordFates;

TEST_CASE("the fate of a record is what was said last, and none before") {
    RecordFates fates;
    CHECK(fates.of(7) == Fate::none);
    CHECK(fates.settle(7, Fate::handled) == Fate::none);
    CHECK(fates.of(7) == Fate::handled);
    CHECK(fates.of(6) == Fate::none);
    CHECK(fates.settle(7, Fate::skipped) == Fate::handled);
    CHECK(fates.of(7) == Fate::skipped);
}

TEST_CASE("of deleted records it is known which had not been handled") {
    RecordFates fates;
    for (const int slot : {0, 1, 2, 5, 6}) {
        fates.settle(static_cast<models::StoreSlot>(slot), Fate::handled);
    }
    for (const int slot : {3, 4, 7}) fates.expire(static_cast<models::StoreSlot>(slot));
    fates.trim(8);
    for (const int slot : {3, 4, 7}) {
        CHECK(fates.of(static_cast<models::StoreSlot>(slot)) == Fate::expired);
    }
    for (const int slot : {0, 1, 2, 5, 6}) {
        CHECK(fates.of(static_cast<models::StoreSlot>(slot)) == Fate::handled);
    }
    CHECK(fates.of(8) == Fate::none);
}

TEST_CASE("what is handled after it was deleted had expired once, and is handled again later") {
    RecordFates fates;
    for (models::StoreSlot slot = 0; slot < 9; ++slot) fates.expire(slot);
    fates.trim(9);
    for (const models::StoreSlot slot : {4u, 0u, 8u, 5u}) {
        CHECK(fates.settle(slot, Fate::handled) == Fate::expired);
        CHECK(fates.settle(slot, Fate::handled) == Fate::handled);
    }
    for (const models::StoreSlot slot : {1u, 2u, 3u, 6u, 7u})
        CHECK(fates.of(slot) == Fate::expired);
}

TEST_CASE("records that nothing was said of may be deleted, and later ones are where they were") {
    RecordFates fates;
    fates.settle(100, Fate::dead_lettered);
    fates.trim(50);
    CHECK(fates.of(100) == Fate::dead_lettered);
    fates.trim(400);
    CHECK(fates.of(400) == Fate::none);
    fates.settle(401, Fate::handled);
    CHECK(fates.of(401) == Fate::handled);
    CHECK(fates.of(400) == Fate::none);
}
