#include "models/spec/json/problems.h"

#include <doctest/doctest.h>

#include <string>

#include "models/spec/json/document.h"
#include "models/spec/json/printable.h"
#include "tests/models/spec/declaration/small_world.h"

using namespace models::spec;

TEST_CASE("a problem shows its place, its line, a caret and what to do") {
    Problems problems;
    const Json document =
        read("shop.json", "{\n\t\"title\": \"shop\",\n\t\"replcas\": {\"min\": 1}\n}\n", problems);
    parse<small_world::World>(document, problems);
    CHECK(problems.render() ==
          "shop.json:3:2: \"replcas\" is not a parameter of world\n"
          "     \"replcas\": {\"min\": 1}\n"
          "     ^\n"
          "  did you mean \"replicas\"?\n");
    CHECK(problems.sorted().at(0).pointer == "/replcas");
}

TEST_CASE("problems are sorted by place, and only so many are shown") {
    Problems problems;
    const std::uint32_t source = problems.add_source("a.json", "");
    for (std::uint32_t line = 60; line > 0; --line)
        problems.add({{source, line, 1, 0}, "", "no", ""});
    const std::string text = problems.render();
    CHECK(text.starts_with("a.json:1:1: no\na.json:2:1: no\n"));
    CHECK(text.ends_with("a.json:50:1: no\nand 10 more\n"));
    CHECK(problems.count() == 60);
}

TEST_CASE("a flood of problems is counted, not kept") {
    Problems problems;
    for (int i = 0; i < 100'000; ++i) problems.add({{}, "", "no", ""});
    CHECK(problems.sorted().size() == Problems::kKept);
    CHECK(problems.render().ends_with("and 99950 more\n"));
}

TEST_CASE("no escape sequence of a file reaches the terminal") {
    Problems problems;
    const Json document =
        read("e\x1B[2Jvil.json",
             "{\"title\": \"t\", \"\\u001b[31mred\xC2\x9B\": 1, \"order\": \"\x7F\xE2\x80\xAE\"}",
             problems);
    parse<small_world::World>(document, problems);
    const std::string text = problems.render();
    CHECK(problems.count() == 2);
    for (const std::string_view hostile : {"\x1B", "\x7F", "\xC2\x9B", "\xE2\x80\xAE"}) {
        CAPTURE(hostile);
        CHECK(text.find(hostile) == std::string::npos);
    }
}

TEST_CASE("printable text keeps what can be shown and replaces the rest, one for one") {
    CHECK(printable("añb→c😀") == "añb→c😀");
    CHECK(printable("a\tb") == "a b");
    CHECK(printable("a\x01\xFF\xC3") == "a\uFFFD\uFFFD\uFFFD");
    CHECK(printable("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");
    CHECK(in_quotes(std::string(100, 'x')) == '"' + std::string(60, 'x') + "…\"");
}

TEST_CASE("a huge line is cut around the caret") {
    const std::string line = std::string(1'000'000, 'a') + "X" + std::string(1'000'000, 'b');
    const Excerpt shown = excerpt(line + "\nnext", 1'000'000);
    CHECK(shown.line == "…" + std::string(60, 'a') + "X" + std::string(39, 'b') + "…");
    CHECK(shown.caret == 61);
}

TEST_CASE("a caret stands under its character after tabs and foreign letters") {
    const Excerpt shown = excerpt("first\n\té→x\r\nlast", 12);
    CHECK(shown.line == " é→x");
    CHECK(shown.caret == 3);
}
