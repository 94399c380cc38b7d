#include "models/spec/declaration/references.h"

#include <doctest/doctest.h>

#include "tests/models/spec/declaration/small_world.h"

using namespace small_world;

namespace {

constexpr std::string_view kWorld = R"({"title": "t", "log": "sink", "zone_of": "web",
  "endpoints": {
    "get": [{"parallel": [[{"call": "orders.insert"}], [{"choose": [{"steps": [{"call": "db"}]}]}]]}]
  }})";

}  // namespace

TEST_CASE("visit meets every node reference with its pointer and what the edge means") {
    const auto [world, problems] = parsed<World>(std::string(kWorld));
    REQUIRE(problems.empty());
    Lines met;
    spec::visit(
        world,
        [&](const spec::Reference& reference) {
            const bool call = reference.edge == spec::Edge::kCall;
            const bool send = reference.edge == spec::Edge::kSend;
            met.push_back(std::string(call   ? "call "
                                      : send ? "send "
                                             : "mention ") +
                          spec::text_of(reference.ref) + " " + reference.pointer);
        },
        "/nodes/web");
    CHECK(met == Lines{
                     "call orders.insert /nodes/web/endpoints/get/0/parallel/0/0/call",
                     "call db /nodes/web/endpoints/get/0/parallel/1/0/choose/0/steps/0/call",
                     "send sink /nodes/web/log",
                     "mention web /nodes/web/zone_of",
                 });
}

TEST_CASE("a reference to no node is refused where it was written, with the nearest name") {
    spec::Problems problems;
    const spec::Json document = spec::read("test.json", std::string(kWorld), problems);
    const World world = spec::parse<World>(document, problems);
    CHECK(!spec::check_references(world, {"order", "db", "sink", "web"}, document, problems));
    CHECK(lines_of(problems) ==
          Lines{"3:37 there is no node \"orders\" (did you mean \"order\"?)"});
}

TEST_CASE("what is not a node's name is no reference") {
    const std::string hint = " (write \"orders\" or \"orders.insert\")";
    CHECK(parsed<spec::CallRef>(R"("a.b.c")").problems ==
          Lines{"1:1 \"a.b.c\" is not a node's name" + hint});
    CHECK(parsed<spec::CallRef>(R"("a.")").problems ==
          Lines{"1:1 \"a.\" is not a node's name" + hint});
    CHECK(parsed<spec::CallRef>("{}").problems ==
          Lines{"1:1 expected a node's name, found an object" + hint});
}
