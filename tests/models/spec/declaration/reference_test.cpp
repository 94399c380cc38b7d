#include "models/spec/declaration/reference.h"

#include <doctest/doctest.h>

#include "models/spec/declaration/schema.h"
#include "tests/models/spec/declaration/small_world.h"

using namespace small_world;

TEST_CASE("the reference has a section a family and a table a model") {
    const std::string text = spec::reference_markdown(spec::types_of<World>());
    CHECK(text.starts_with("# Every part of a scenario"));
    CHECK(text.find("\n\n## world\n\nA small declared tree.\n\n"
                    "| parameter | type | default | limits | what it is |\n"
                    "|---|---|---|---|---|\n"
                    "| `title` | text | required |  | What it is called. |\n"
                    "| `balancer` | [one of balancers](#balancers) | "
                    "`{\"kind\":\"least_request\",\"choices\":2}` |  | Who gets a request. |\n") !=
          std::string::npos);
    CHECK(text.find("\n## balancers\n\nWhich backend gets a request.\n\n### `round_robin`\n\n"
                    "Each backend in turn.\n\n### `least_request`\n\n"
                    "The least busy of a few sampled backends.\n\n") != std::string::npos);
    CHECK(text.find("| `choices` | whole number | `2` | at least 1 | "
                    "Backends sampled for each pick. |") != std::string::npos);
    CHECK(text.find("## duration_distribution\n") != std::string::npos);
}

TEST_CASE("describe goes from families to a member's parameters") {
    const spec::Types types = spec::types_of<World>();
    CHECK(spec::describe(types, "")->find("  balancers ") != std::string::npos);
    CHECK(*spec::describe(types, "balancers") ==
          "balancers: Which backend gets a request.\n\n"
          "  round_robin    Each backend in turn.\n"
          "  least_request  The least busy of a few sampled backends.\n");
    CHECK(*spec::describe(types, "balancers.least_request") ==
          "balancers.least_request: The least busy of a few sampled backends.\n\n"
          "  choices (whole number, default 2, at least 1)\n"
          "      Backends sampled for each pick.\n");
}

TEST_CASE("describe knows what may have been meant") {
    const spec::Types types = spec::types_of<World>();
    CHECK(!spec::describe(types, "balancer"));
    CHECK(spec::describe_hint(types, "balancer") == "did you mean \"balancers\"?");
    CHECK(!spec::describe(types, "balancers.leastrequest"));
    CHECK(spec::describe_hint(types, "balancers.leastrequest") ==
          "did you mean \"least_request\"?");
}
