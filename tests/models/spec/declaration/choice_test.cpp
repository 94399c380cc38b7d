#include "models/spec/declaration/choice.h"

#include <doctest/doctest.h>

#include "models/spec/declaration/schema.h"
#include "models/spec/json/json_text.h"
#include "tests/models/spec/declaration/small_world.h"

using namespace small_world;

namespace {

// A family whose members hold choices of the family itself.
struct Policy {
    static constexpr std::string_view family = "policies";
    static constexpr std::string_view family_doc = "What a caller does about trouble.";
    virtual ~Policy() = default;
};
struct Policies : Family<Policies, Policy> {
    static const List& list();
};
struct Give final : Policy {
    struct Spec {
        static constexpr std::string_view kind = "give_up";
        static constexpr std::string_view doc = "Passes trouble on.";
        static constexpr auto params() { return std::tuple{}; }
    };
    explicit Give(const Spec&) {}
};
struct Fallback final : Policy {
    struct Spec {
        static constexpr std::string_view kind = "fallback";
        static constexpr std::string_view doc = "Tries others in turn.";
        std::vector<spec::Choice<Policies>> others;
        static constexpr auto params() {
            return std::tuple{spec::param("others", &Spec::others, "What is tried.")};
        }
    };
    explicit Fallback(const Spec&) {}
};
const Policies::List& Policies::list() {
    static const List list = list_of(All<Give, Fallback>());
    return list;
}

auto choice(std::string text) {
    return parsed<spec::Choice<Balancers>>(std::move(text));
}

}  // namespace

TEST_CASE("a choice is an object with a kind, or the bare word of it") {
    CHECK(choice(R"({"kind": "round_robin"})").value.kind() == "round_robin");
    CHECK(choice(R"("round_robin")").value.kind() == "round_robin");
    CHECK(choice(R"("least_request")").value.as<LeastRequest::Spec>()->choices == 2);
    const auto [value, problems] = choice(R"({"choices": 5, "kind": "least_request"})");
    CHECK(problems.empty());
    CHECK(value.as<LeastRequest::Spec>()->choices == 5);
    CHECK(value.as<RoundRobin::Spec>() == nullptr);
}

TEST_CASE("an unknown kind is refused with the nearest, or with all there are") {
    CHECK(choice(R"({"kind": "leastrequest"})").problems ==
          Lines{"1:10 \"leastrequest\" is not one of balancers (did you mean \"least_request\"?)"});
    CHECK(
        choice(R"("random")").problems ==
        Lines{"1:1 \"random\" is not one of balancers (balancers are round_robin, least_request)"});
    CHECK(choice(R"({"kind": 3})").problems == Lines{"1:10 expected a kind, found a number"});
    CHECK(choice(R"({"choices": 3})").problems ==
          Lines{"1:1 \"kind\" is missing (balancers are round_robin, least_request)"});
    CHECK(
        choice("3").problems ==
        Lines{"1:1 expected one of balancers, found a number (write {\"kind\": \"round_robin\"})"});
}

TEST_CASE("a parameter of another member is unknown here") {
    CHECK(
        choice(R"({"kind": "round_robin", "choices": 3})").problems ==
        Lines{
            "1:25 \"choices\" is not a parameter of round_robin (round_robin has no parameters)"});
}

TEST_CASE("a family builds the member that was chosen, with its spec and the arguments") {
    const auto built =
        Balancers::build(choice(R"({"kind": "least_request", "choices": 5})").value, 10);
    CHECK(built->sampled() == 15);
    CHECK(Balancers::build(choice(R"("round_robin")").value, 10)->sampled() == 1);
}

TEST_CASE("a family lists its members in order") {
    const std::vector<spec::Model> members = Balancers::members();
    REQUIRE(members.size() == Balancers::kinds().size());
    CHECK(members[0].kind == "round_robin");
    CHECK(members[1].doc == "The least busy of a few sampled backends.");
    CHECK(members[1].fields.at(0).limits == "at least 1");
    CHECK(Balancers::each().at(1).kind() == "least_request");
}

TEST_CASE("a family may contain itself") {
    const std::string text =
        R"({"kind":"fallback","others":[{"kind":"fallback","others":[{"kind":"give_up"}]}]})";
    const auto [policy, problems] = parsed<spec::Choice<Policies>>(text);
    CHECK(problems == Lines{});
    CHECK(spec::compact_text(spec::echo(policy)) == text);
    CHECK(Policies::build(policy) != nullptr);
    CHECK(spec::types_of<spec::Choice<Policies>>().definitions().size() == 1);
}
