#include "sim/names.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sim/chunks.h"

TEST_CASE("a text has one number, wherever it stands, and a place that holds another has another") {
    sim::Names names;
    std::string place = "first";
    CHECK(names.of(place) == 0);
    CHECK(names.of(place) == 0);
    place = "other";  // in the same memory
    CHECK(names.of(place) == 1);
    place = "first";
    CHECK(names.of(place) == 0);
    CHECK(names.of(std::string("first")) == 0);
    CHECK(names.of(std::string_view("first and more").substr(0, 5)) == 0);
    CHECK(names[1] == "other");
    CHECK(names[sim::kNoName].empty());
    std::vector<std::string> many;
    for (int i = 0; i < 2000; ++i) many.push_back("name " + std::to_string(i));
    for (std::uint32_t i = 0; i < 2000; ++i) REQUIRE(names.of(many[i]) == i + 2);
    const sim::Names moved = std::move(names);
    for (std::uint32_t i = 0; i < 2000; ++i) REQUIRE(moved[i + 2] == many[i]);
}

TEST_CASE("entries of chunks stay where they are") {
    sim::Chunks<int> chunks;
    int* const first = &chunks.emplace_back();
    *first = 7;
    for (int i = 1; i < 5000; ++i) chunks.emplace_back() = i;
    CHECK(&chunks[0] == first);
    CHECK(chunks[0] == 7);
    CHECK(chunks[4999] == 4999);
    std::size_t count = 0;
    chunks.for_each([&](int) { ++count; });
    CHECK(count == chunks.size());
}
