#include "models/spec/json/nearest.h"

#include <doctest/doctest.h>

#include <vector>

using namespace models::spec;

TEST_CASE("edit distance counts insertions, deletions, substitutions and swaps") {
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("replicas", "replicas") == 0);
    CHECK(edit_distance("replcas", "replicas") == 1);
    CHECK(edit_distance("repilcas", "replicas") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("did you mean: only what is close is suggested, else what there is") {
    const std::vector<std::string_view> known = {"replicas", "cores", "zones"};
    CHECK(did_you_mean("replcas", known, "its parameters are") == "did you mean \"replicas\"?");
    CHECK(did_you_mean("zone", known, "its parameters are") == "did you mean \"zones\"?");
    CHECK(did_you_mean("timeout", known, "its parameters are") ==
          "its parameters are replicas, cores, zones");
}

TEST_CASE("did you mean: a short word is not turned into a wholly different one") {
    const std::vector<std::string_view> known = {"a", "b"};
    CHECK(nearest("x", known).empty());
}

TEST_CASE("did you mean: a hostile word costs nothing") {
    const std::vector<std::string_view> known = {"replicas"};
    CHECK(nearest(std::string(10'000'000, 'r'), known).empty());
}
