#include "models/spec/declaration/tagged.h"

#include <doctest/doctest.h>

#include "models/spec/json/json_text.h"
#include "tests/models/spec/declaration/small_world.h"

using namespace small_world;

namespace {

auto step(std::string text) {
    return parsed<Step>(std::move(text));
}

}  // namespace

TEST_CASE("one key says which step it is; its value is the body") {
    const auto [work, problems] = step(R"({"work": "7ms"})");
    CHECK(problems.empty());
    CHECK(work.key() == "work");
    CHECK(work.as<Work>()->time.as<spec::Constant<sim::Duration>>()->value == 7ms);
}

TEST_CASE("parameters beside the key, and parameters under it") {
    const auto [call, none] = step(R"({"call": "orders.insert", "timeout": "1s"})");
    CHECK(none.empty());
    CHECK(call.as<Call>()->to.node == "orders");
    CHECK(call.as<Call>()->to.endpoint == "insert");
    CHECK(call.as<Call>()->timeout == sim::Duration(1s));
    CHECK(step(R"({"fail": {"share": "10%"}})").value.as<Fail>()->share == sim::Fraction{0.1});
    CHECK(step(R"("fail")").value.key() == "fail");
}

TEST_CASE("steps hold steps") {
    const std::string text =
        R"({"parallel":[[{"call":"a","timeout":null}],[{"choose":[{"weight":3.0,"steps":[{"work":"1ms"}]},)"
        R"({"weight":1.0,"steps":[]}]}]]})";
    const auto [value, problems] = step(text);
    CHECK(problems.empty());
    CHECK(spec::compact_text(spec::echo(value)) == text);
}

TEST_CASE("a step of no known kind, of two kinds, of none") {
    const std::string all = " (one of work, call, fail, parallel, choose)";
    CHECK(step(R"({"wrok": "5ms"})").problems ==
          Lines{"1:2 \"wrok\" is not a step (did you mean \"work\"?)"});
    CHECK(step(R"("sleep")").problems == Lines{"1:1 \"sleep\" is not a step" + all});
    CHECK(step(R"({"work": "5ms", "call": "a"})").problems ==
          Lines{"1:1 is this \"work\" or \"call\"? one step has one of them"});
    CHECK(step("{}").problems == Lines{"1:1 nothing says what step this is" + all});
    CHECK(step("5").problems ==
          Lines{"1:1 expected a step, found a number (write {\"work\": ...})"});
    CHECK(step(R"("work")").problems ==
          Lines{"1:1 \"work\" needs a value (write {\"work\": ...})"});
}

TEST_CASE("what stands beside a key must be its parameter") {
    CHECK(step(R"({"work": "5ms", "timeout": "1s"})").problems ==
          Lines{"1:17 \"timeout\" is not a parameter of work (work has no parameters)"});
    CHECK(step(R"({"call": "a", "timeot": "1s"})").problems ==
          Lines{"1:15 \"timeot\" is not a parameter of call (did you mean \"timeout\"?)"});
    CHECK(step(R"({"fail": {}, "share": 1})").problems ==
          Lines{"1:14 \"share\" is not a parameter of fail (fail has no parameters)"});
    CHECK(step(R"({"fail": 1})").problems == Lines{"1:10 expected an object, found a number"});
    CHECK(step(R"({"choose": []})").problems == Lines{"1:12 must not be empty"});
}
