#include "reports/words/numbers.h"

#include <doctest/doctest.h>

TEST_CASE("a factor is a number that can be read at a glance, however large") {
    CHECK(reports::times_text(1.3249) == "1.32x");
    CHECK(reports::times_text(42.13) == "42.1x");
    CHECK(reports::times_text(999.4) == "999x");
    CHECK(reports::times_text(5039.6) == "5,040x");
    CHECK(reports::times_text(1.04e6) == "1,040,000x");
}

TEST_CASE("a name's possessive has one s") {
    CHECK(reports::possessive("db") == "db's");
    CHECK(reports::possessive("orders") == "orders'");
}
