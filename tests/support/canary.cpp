// One true claim and one false one: tools/test runs this first and must see exactly one failure. A
// harness that cannot see this one would not see any.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

TEST_CASE("a true claim") {
    CHECK(2 + 2 == 4);
}

TEST_CASE("a false claim, on purpose") {
    CHECK(2 + 2 == 5);
}
