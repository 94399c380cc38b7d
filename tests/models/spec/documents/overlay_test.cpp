#include "models/spec/documents/overlay.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "models/spec/json/document.h"
#include "models/spec/json/json_text.h"
#include "tests/models/spec/declaration/small_world.h"

using namespace models::spec;
using small_world::World;

namespace {

std::string overlaid(std::string document, std::string patch) {
    Problems problems;
    Json result = read("a.json", std::move(document), problems);
    overlay(result, read("b.json", std::move(patch), problems));
    CHECK(problems.empty());
    return compact_text(result);
}

struct Assignment {
    std::string path;
    std::string value;
};

struct Result {
    std::string text;
    std::string problems;
};

Result with_settings(std::string document, const std::vector<Assignment>& assignments) {
    Problems problems;
    Json result = read("a.json", std::move(document), problems);
    for (const Assignment& each : assignments) set(result, each.path, each.value, problems);
    return {compact_text(result), problems.render()};
}

}  // namespace

TEST_CASE("overlay: the examples of RFC 7396") {
    struct Example {
        const char* document;
        const char* patch;
        const char* result;
    };
    const Example examples[] = {
        {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
        {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
        {R"({"a":"b"})", R"({"a":null})", R"({})"},
        {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
        {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
        {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
        {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
        {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
        {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
        {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
        {R"({"a":"foo"})", R"(null)", R"(null)"},
        {R"({"a":"foo"})", R"("bar")", R"("bar")"},
        {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
        {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
        {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
    };
    for (const Example& example : examples) {
        CAPTURE(example.patch);
        CHECK(overlaid(example.document, example.patch) == example.result);
    }
}

TEST_CASE("overlay: each value is complained about where it was written") {
    Problems problems;
    Json document =
        read("base.json", "{\"title\": \"t\",\n \"limit\": 5, \"order\": \"fifo\"}", problems);
    overlay(document, read("peak.json", "{\n\n  \"order\": \"filo\"}", problems));
    parse<World>(document, problems);
    CHECK(problems.render() ==
          "base.json:2:11: a duration needs its unit\n"
          "     \"limit\": 5, \"order\": \"fifo\"}\n"
          "              ^\n"
          "  write \"5ms\" or \"5s\"\n"
          "peak.json:3:12: \"filo\" is not known here\n"
          "      \"order\": \"filo\"}\n"
          "               ^\n"
          "  did you mean \"fifo\"?\n");
}

TEST_CASE("set: the value is JSON when it parses as JSON, else text") {
    const std::string document = R"({"nodes":{"web":{"replicas":2}},"failures":[{"at":"1s"}]})";
    CHECK(with_settings(document, {{"nodes.web.replicas", "20"}}).text ==
          R"({"nodes":{"web":{"replicas":20}},"failures":[{"at":"1s"}]})");
    CHECK(with_settings(document, {{"failures.0.at", "5min"}}).text ==
          R"({"nodes":{"web":{"replicas":2}},"failures":[{"at":"5min"}]})");
    CHECK(with_settings(document, {{"run.seed", "{\"x\": [1]}"}}).text ==
          R"({"nodes":{"web":{"replicas":2}},"failures":[{"at":"1s"}],"run":{"seed":{"x":[1]}}})");
    CHECK(with_settings(document, {{"nodes.web.replicas", "null"}}).text ==
          R"({"nodes":{"web":{}},"failures":[{"at":"1s"}]})");
    CHECK(with_settings(document, {{"failures", "[]"}, {"nodes", ""}}).text ==
          R"({"nodes":"","failures":[]})");
}

TEST_CASE("set: a path into a choice written as a bare word opens it") {
    CHECK(with_settings(R"({"balancer":"least_request"})", {{"balancer.choices", "3"}}).text ==
          R"({"balancer":{"kind":"least_request","choices":3}})");
}

TEST_CASE("set: a path that leads nowhere is refused") {
    CHECK(with_settings(R"({"a":[1,2]})", {{"a.2", "3"}}).problems ==
          "--set a.2: \"2\" is not an index of this list\n"
          "    a.2=3\n"
          "      ^\n"
          "  0 to 1\n");
    CHECK(with_settings(R"({"nodes":{"web":{}}})", {{"nodes.wbe.replicas", "3"}}).problems ==
          "--set nodes.wbe.replicas: there is no \"wbe\" here\n"
          "    nodes.wbe.replicas=3\n"
          "          ^\n"
          "  did you mean \"web\"?\n");
    CHECK(with_settings("{}", {{"a..b", "3"}}).problems ==
          "--set a..b: the path has an empty name in it\n"
          "    a..b=3\n"
          "      ^\n");
}

TEST_CASE("set: an index may stand in brackets, as figures are asked for") {
    Problems problems;
    Json document = read("a.json", R"({"failures": [{"at": "1s"}, {"at": "2s"}]})", problems);
    set(document, "failures[1].at", "3s", problems);
    REQUIRE(problems.empty());
    CHECK(*find(document, "/failures/1/at")->text() == "3s");
    CHECK(*find(document, "/failures/0/at")->text() == "1s");
    set(document, "failures[2].at", "3s", problems);
    CHECK(problems.render() ==
          "--set failures[2].at: \"2\" is not an index of this list\n"
          "    failures[2].at=3s\n"
          "            ^\n"
          "  0 to 1\n");
}

TEST_CASE("set: a path that no parameter has is an unknown parameter of the command line") {
    Problems problems;
    Json document = read("a.json", R"({"title": "t"})", problems);
    set(document, "replicas.mxa", "3", problems);
    set(document, "limit", "5 parsecs", problems);
    parse<World>(document, problems);
    CHECK(problems.render() ==
          "--set replicas.mxa: \"mxa\" is not a parameter of replicas\n"
          "    replicas.mxa=3\n"
          "             ^\n"
          "  did you mean \"max\"?\n"
          "--set limit: \" parsecs\" is not a unit of a duration\n"
          "    limit=5 parsecs\n"
          "          ^\n"
          "  its units are ns, us, ms, s, min, h, d\n");
}
