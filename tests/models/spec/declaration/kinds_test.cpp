#include "models/spec/declaration/kinds.h"

#include <doctest/doctest.h>

#include "models/spec/declaration/schema.h"
#include "tests/models/spec/declaration/small_world.h"

using namespace small_world;

namespace {

Lines kinds_at(std::string_view path, std::string document = R"({"title": "t"})") {
    spec::Problems problems;
    return spec::kinds_at(spec::types_of<World>(), spec::read("a", std::move(document), problems),
                          path);
}

}  // namespace

TEST_CASE("a path to a choice, or to its kind, has the family's kinds in order") {
    const Lines balancers = {"round_robin", "least_request"};
    CHECK(kinds_at("balancer") == balancers);
    CHECK(kinds_at("balancer.kind") == balancers);
    CHECK(kinds_at("balancer", R"({"balancer": "round_robin"})") == balancers);
}

TEST_CASE("the way to a choice leads through names, indices, keys and defaults") {
    const std::string document =
        R"({"endpoints": {"get": [{"choose": [{"steps": [{"work": "5ms"}]}]}]}})";
    CHECK(kinds_at("endpoints.get.0.choose.0.steps.0.work", document).size() == 11);
    CHECK(kinds_at("size").size() == 11);
}

TEST_CASE("a path to anything else has no kinds") {
    for (const char* path : {"", "title", "replicas", "replicas.min", "balancer.choices", "nothing",
                             "nothing.at.all", "endpoints", "rates.0", "title.kind"}) {
        CAPTURE(path);
        CHECK(kinds_at(path).empty());
    }
    CHECK(kinds_at("endpoints.get.0", R"({"endpoints": {"get": ["fail"]}})").empty());
}
