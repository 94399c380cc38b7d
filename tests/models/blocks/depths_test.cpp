// How much room records have: what nearly all calls need that were seen, and no more.
#include "models/blocks/depths.h"

#include <doctest/doctest.h>

using models::Depths;

namespace {

// `deep` of `calls` outgrow their records to so many bytes; whether that is too many.
bool play(Depths& depths, int calls, int deep, std::uint32_t bytes) {
    bool too_many = false;
    for (int i = 0; i < calls; ++i) {
        depths.begun();
        if (i % (calls / deep) == 0) too_many = depths.outgrown(bytes);
    }
    return too_many;
}

}  // namespace

TEST_CASE("one call in a thousand may outgrow its record, one in fifty is too many") {
    Depths rare;
    CHECK(!play(rare, 1'000'000, 1000, 320));
    Depths often;
    CHECK(play(often, 50'000, 1000, 320));
    CHECK(often.room() == 320);
}

TEST_CASE("records get room for nearly all, and not for the deepest of all") {
    Depths depths;
    play(depths, 10'000, 5000, 192);
    play(depths, 10'000, 500, 256);
    play(depths, 10'000, 10, 960);
    CHECK(depths.room() == 256);
}

TEST_CASE("what is deeper than the largest record counts as that") {
    Depths depths;
    play(depths, 1000, 500, 100'000);
    CHECK(depths.room() == Depths::kMostRoom);
}
