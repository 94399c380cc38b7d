#include "models/spec/declaration/fields.h"

#include <doctest/doctest.h>

#include "models/spec/json/json_text.h"
#include "tests/models/spec/declaration/small_world.h"

using namespace small_world;

TEST_CASE("what a scenario leaves out has its default") {
    const auto [world, problems] = parsed<World>(R"({"$schema": "x", "title": "t"})");
    CHECK(problems.empty());
    CHECK(world.limit == 250ms);
    CHECK(world.replicas.max == 4);
    CHECK(world.balancer.kind() == "least_request");
}

TEST_CASE("a nested struct that is mentioned in part keeps the rest of the outer default") {
    const auto [world, problems] = parsed<World>(R"({"title": "t", "replicas": {"max": 6}})");
    CHECK(problems.empty());
    CHECK(world.replicas.min == 2);
    CHECK(world.replicas.max == 6);
}

TEST_CASE("all problems of a scenario are told at once, each at its place") {
    CHECK(parsed<World>(R"({
  "titel": "t",
  "limit": "100us",
  "balancer": {"kind": "least_request", "choices": 0},
  "share": 0.75,
  "replicas": {"min": 5, "max": 3},
  "rates": ["2/s", "0.5/s"],
  "offset": -6,
  "sticky": "yes"
})")
              .problems ==
          Lines{"1:1 \"title\" is missing (What it is called.)",
                "2:3 \"titel\" is not a parameter of world (did you mean \"title\"?)",
                "3:12 must be at least 1ms, at most 1min", "4:52 must be at least 1",
                "5:12 must be at most 50%", "6:23 min is above max", "7:20 must be at least 1/s",
                "8:13 must be at least -5, at most 5",
                "9:13 expected true or false, found \"yes\""});
}

TEST_CASE("a word that is not known gets the nearest, or all of them") {
    CHECK(parsed<World>(R"({"title": "t", "order": "fido"})").problems ==
          Lines{"1:25 \"fido\" is not known here (did you mean \"fifo\"?)"});
    CHECK(parsed<World>(R"({"title": "t", "order": "random"})").problems ==
          Lines{"1:25 \"random\" is not known here (one of fifo, lifo)"});
    CHECK(parsed<World>(R"({"title": "t", "order": 1})").problems ==
          Lines{"1:25 expected a word, found a number (one of fifo, lifo)"});
}

TEST_CASE("null unsets an optional parameter, and nothing else") {
    CHECK(parsed<World>(R"({"title": "t", "log": null})").problems.empty());
    CHECK(parsed<World>(R"({"title": null})").problems ==
          Lines{"1:11 expected a text, found null"});
}

TEST_CASE("names of entries are names") {
    CHECK(
        parsed<World>(R"({"title": "t", "endpoints": {"get": [], "größe": []}})").problems.empty());
    const std::string hint = " (a name is at most 64 letters, digits, - or _)";
    CHECK(parsed<World>(R"({"title": "t", "endpoints": {"a.b": [], "": []}})").problems ==
          Lines{"1:30 \"a.b\" cannot be a name" + hint, "1:41 \"\" cannot be a name" + hint});
}

TEST_CASE("entries keep the order they were written in") {
    const auto [world, problems] =
        parsed<World>(R"({"title": "t", "endpoints": {"z": [], "a": [], "m": []}})");
    REQUIRE(world.endpoints.size() == 3);
    CHECK(world.endpoints.entries[0].first == "z");
    CHECK(world.endpoints.entries[2].first == "m");
    CHECK(world.endpoints.find("a") != nullptr);
    CHECK(world.endpoints.find("b") == nullptr);
}

TEST_CASE("the echo has every parameter and parses back to itself") {
    const auto [world, problems] = parsed<World>(
        R"({"title": "t", "rates": ["5/s"], "log": "sink", "endpoints": {"get": [{"call": "db"}]}})");
    REQUIRE(problems.empty());
    const std::string text = spec::compact_text(spec::echo(world));
    CHECK(text ==
          R"({"title":"t","balancer":{"kind":"least_request","choices":2},)"
          R"("endpoints":{"get":[{"call":"db","timeout":null}]},"order":"fifo",)"
          R"("replicas":{"min":2,"max":4},"limit":"250ms","memory":"64KiB","price":"$0.1/h",)"
          R"("share":"25%","rates":["5/s"],"size":"100B","log":"sink","zone_of":null,)"
          R"("offset":0,"sticky":false})");
    const auto again = parsed<World>(text);
    CHECK(again.problems.empty());
    CHECK(spec::echo(again.value) == spec::echo(world));
}

TEST_CASE("a document that could not be read is not complained about twice") {
    CHECK(parsed<World>("{").problems.size() == 1);
    CHECK(parsed<World>("[]").problems == Lines{"1:1 expected an object, found a list"});
    CHECK(parsed<World>("null").problems == Lines{"1:1 expected an object, found null"});
}

namespace {

struct Titled {
    static constexpr std::string_view type_name = "titled";
    [[maybe_unused]] static constexpr std::string_view doc = "Has a parameter called name.";
    std::string name;
    static constexpr auto params() { return std::tuple{param("name", &Titled::name, "Its name.")}; }
};

}  // namespace

TEST_CASE("a struct with a parameter called name is called by its type_name") {
    CHECK(parsed<Titled>(R"({"name": "x"})").value.name == "x");
    CHECK(parsed<Titled>(R"({"nmae": "x"})").problems ==
          Lines{"1:2 \"nmae\" is not a parameter of titled (did you mean \"name\"?)"});
}
