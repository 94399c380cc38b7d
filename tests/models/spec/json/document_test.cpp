#include "models/spec/json/document.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "models/spec/documents/source_file.h"
#include "models/spec/json/json_text.h"
#include "tests/models/spec/declaration/small_world.h"

using namespace models::spec;
using small_world::Lines;
using small_world::lines_of;

namespace {

Lines all_problems_of(std::string text) {
    Problems problems;
    read("test.json", std::move(text), problems);
    return lines_of(problems);
}

std::string repeated(std::string_view piece, std::size_t count) {
    std::string text;
    text.reserve(piece.size() * count);
    for (std::size_t i = 0; i < count; ++i) text += piece;
    return text;
}

// It takes 0.3 s; with the sanitizers and unoptimised, beside other work, 2.7 s were seen.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr double kAtOnce = 20;
#else
constexpr double kAtOnce = 2;
#endif
#else
constexpr double kAtOnce = 2;
#endif

double seconds_for(const auto& action) {
    const auto begin = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

TEST_CASE("every value and every name knows its line and column") {
    Problems problems;
    const Json document =
        read("test.json",
             "{ // a comment, with { \"braces\"\n"
             "  \"é\": 1, /* and\n another */ \"b\": [true, -2.5e3, \"x\\\"y\"],\n"
             "  \"c\": {\"d\": null}\n"
             "}\n",
             problems);
    REQUIRE(problems.empty());
    const auto at = [&](std::string_view pointer) {
        const Json* json = find(document, pointer);
        REQUIRE(json != nullptr);
        return std::pair(json->place.line, json->place.column);
    };
    CHECK(at("") == std::pair(1U, 1U));
    CHECK(at("/é") == std::pair(2U, 8U));
    CHECK(at("/b") == std::pair(3U, 18U));
    CHECK(at("/b/0") == std::pair(3U, 19U));
    CHECK(at("/b/1") == std::pair(3U, 25U));
    CHECK(at("/b/2") == std::pair(3U, 33U));
    CHECK(at("/c/d") == std::pair(4U, 14U));
    const Member& member = document.object()->at(2);
    CHECK(member.name == "c");
    CHECK(member.place.line == 4);
    CHECK(member.place.column == 3);
}

TEST_CASE("a document keeps its order and its values") {
    Problems problems;
    const Json document =
        read("test.json", R"({"z":1,"a":[-1,2.5,true,null,"é\n"],"m":{"k":18446744073709551615}})",
             problems);
    CHECK(compact_text(document) ==
          R"({"z":1,"a":[-1,2.5,true,null,"é\n"],"m":{"k":18446744073709551615}})");
}

TEST_CASE("syntax errors point at the token that is wrong and say what to do") {
    CHECK(all_problems_of("{\"a\": 1,\n}") ==
          Lines{"2:1 this is not JSON: unexpected '}'; expected string literal "
                "(remove the comma before it)"});
    CHECK(all_problems_of("[1,,2]") ==
          Lines{"1:4 this is not JSON: unexpected ','; expected '[', '{', or a literal"});
    CHECK(all_problems_of("{\"a\": 1\n \"b\": 2}") ==
          Lines{"2:2 this is not JSON: unexpected string literal; expected '}' "
                "(is a comma missing before it?)"});
    CHECK(all_problems_of("{a: 1}") ==
          Lines{"1:2 this is not JSON: invalid literal (names stand in double quotes)"});
    CHECK(all_problems_of("{\"a\": 'b'}") ==
          Lines{"1:7 this is not JSON: invalid literal (texts stand in double quotes)"});
    CHECK(all_problems_of("# of a shop\n{}") ==
          Lines{"1:1 this is not JSON: invalid literal "
                "(a comment begins with //, or stands between /* and */)"});
    CHECK(all_problems_of("{\"a\": 1, # one\n \"b\": 2}") ==
          Lines{"1:10 this is not JSON: invalid literal "
                "(a comment begins with //, or stands between /* and */)"});
    CHECK(all_problems_of("name: shop\nnodes: {}\n") ==
          Lines{"1:1 this is not JSON: invalid literal (this looks like YAML, and a scenario is "
                "JSON: yq -o json turns one into the other)"});
    CHECK(all_problems_of("{\"a\":\n [1, 2") ==
          Lines{"2:7 the text ends too early (the bracket of line 2, column 2 is never closed)"});
    CHECK(all_problems_of("{} {}") ==
          Lines{"1:4 this is not JSON: unexpected '{'; expected end of input "
                "(a document is one value; nothing may follow it)"});
    CHECK(all_problems_of("[1e999]") == Lines{"1:2 the number is too large"});
}

TEST_CASE("invalid UTF-8 is refused where it stands") {
    CHECK(all_problems_of("{\"a\": \"x\xFFy\"}") == Lines{"1:9 this is not valid UTF-8"});
    CHECK(all_problems_of("[\"\xC0\xAF\"]") == Lines{"1:3 this is not valid UTF-8"});
    CHECK(all_problems_of("[\"\xED\xA0\x80\"]").size() == 1);
}

TEST_CASE("all duplicate names are told, each with its first place") {
    CHECK(all_problems_of("{\"a\": 1,\n \"b\": {\"x\": 1, \"x\": 2},\n \"a\": 3, \"a\": 4}") ==
          Lines{"2:16 \"x\" is given twice (it is already at line 2)",
                "3:2 \"a\" is given twice (it is already at line 1)",
                "3:10 \"a\" is given twice (it is already at line 3)"});
}

TEST_CASE("a duplicate's pointer leads to it") {
    Problems problems;
    read("test.json", R"({"p": [{"q": 1, "q": 2, "r": 3}]})", problems);
    CHECK(problems.sorted().at(0).pointer == "/p/0/q");
}

TEST_CASE("what is no text at all is refused as a whole") {
    CHECK(all_problems_of("") == Lines{"0:0 there is nothing in it"});
    CHECK(all_problems_of(" \n ") == Lines{"0:0 there is nothing in it"});
    CHECK(all_problems_of("// only a comment") == Lines{"1:18 the text ends too early"});
    CHECK(all_problems_of(std::string("{}\0{}", 5)) ==
          Lines{"0:0 there are NUL bytes in it: not a text"});
    CHECK(all_problems_of("\xFF\xFE{\0}\0") == Lines{"0:0 this is UTF-16; save it as UTF-8"});
    CHECK(all_problems_of(std::string(kLargestText + 1, ' ')) ==
          Lines{"0:0 too large: a scenario has at most 64 MiB"});
}

TEST_CASE("a byte-order mark is passed over") {
    Problems problems;
    const Json document = read("test.json", "\xEF\xBB\xBF{\"a\": 1}", problems);
    CHECK(problems.empty());
    CHECK(find(document, "/a")->place.column == 7);
    CHECK(all_problems_of("\xEF\xBB\xBF[1,]").at(0).starts_with("1:4 "));
}

TEST_CASE("128 levels are read, one more is refused") {
    CHECK(all_problems_of(repeated("[", 128) + repeated("]", 128)).empty());
    CHECK(all_problems_of(repeated("[", 129) + repeated("]", 129)) ==
          Lines{"1:129 nested more than 128 levels deep"});
}

TEST_CASE("a nesting bomb is refused at once, with one message") {
    Lines problems;
    const double spent = seconds_for([&] {
        problems = all_problems_of(std::string(kLargestText, '['));
        CHECK(all_problems_of(repeated("{\"a\":", 5'000'000)) ==
              Lines{"1:641 nested more than 128 levels deep"});
        CHECK(all_problems_of(std::string(100'000'000, '[')).size() == 1);
    });
    CHECK(problems == Lines{"1:129 nested more than 128 levels deep"});
    CHECK(spent < kAtOnce);
}

TEST_CASE("more values than any scenario has are refused before they fill the memory") {
    const Lines problems = all_problems_of("[" + repeated("1,", 1'100'000) + "1]");
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].ends_with("more than 1000000 values"));
}

TEST_CASE("a path that leads to no file is a problem") {
    const auto reading = [](const std::string& path) {
        Problems problems;
        read_file(path, problems);
        return problems.render();
    };
    CHECK(reading("/nowhere/shop.json") ==
          "/nowhere/shop.json: cannot be read: No such file or directory\n");
    CHECK(reading("/tmp") == "/tmp: this is a directory; a scenario is a file\n");
    CHECK(reading("/dev/null") == "/dev/null: there is nothing in it\n");
    CHECK(reading("/dev/zero") == "/dev/zero: too large: a scenario has at most 64 MiB\n");
}
