#include "models/spec/documents/differences.h"

#include <doctest/doctest.h>

#include "models/spec/json/document.h"

using namespace models;
using Kind = spec::Difference::Kind;

namespace {

std::vector<spec::Difference> differences(std::string before, std::string after) {
    spec::Problems problems;
    auto found = spec::differences(spec::read("a", std::move(before), problems),
                                   spec::read("b", std::move(after), problems));
    REQUIRE(problems.empty());
    return found;
}

}  // namespace

TEST_CASE("equal documents do not differ") {
    CHECK(differences(R"({"a": [1, {"b": "x"}]})", R"({"a": [1, {"b": "x"}]})").empty());
}

TEST_CASE("what changed, came and went, by its path") {
    const auto found = differences(R"({"web": {"replicas": 4, "cores": 2}, "old": true})",
                                   R"({"web": {"replicas": 8, "cores": 2, "memory": "1GiB"}})");
    REQUIRE(found.size() == 3);
    CHECK(found[0].kind == Kind::changed);
    CHECK(found[0].path == "web.replicas");
    CHECK(found[0].before == "4");
    CHECK(found[0].after == "8");
    CHECK(found[1].kind == Kind::added);
    CHECK(found[1].path == "web.memory");
    CHECK(found[1].after == "1GiB");
    CHECK(found[2].kind == Kind::removed);
    CHECK(found[2].path == "old");
}

TEST_CASE("another kind is one difference") {
    const auto found = differences(R"({"balancer": {"kind": "least_request", "choices": 2}})",
                                   R"({"balancer": {"kind": "ring_hash", "size": 1024}})");
    REQUIRE(found.size() == 1);
    CHECK(found[0].path == "balancer");
}

TEST_CASE("lists are compared place by place") {
    const auto found = differences(R"({"a": [1, 2, 3]})", R"({"a": [1, 5]})");
    REQUIRE(found.size() == 2);
    CHECK(found[0].path == "a.1");
    CHECK(found[1].kind == Kind::removed);
    CHECK(found[1].path == "a.2");
}
