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

TEST_CASE("counts and bytes are read at a glance, and typed sizes are what was typed") {
    CHECK(reports::brief_count(0.25) == "0.25");
    CHECK(reports::brief_count(38.46) == "38.5");
    CHECK(reports::brief_count(999.4) == "999");
    CHECK(reports::brief_count(999.6) == "1,000");
    CHECK(reports::brief_count(1024) == "1,024");
    CHECK(reports::brief_count(14712.3) == "14,712");
    constexpr double kMebi = 1024.0 * 1024;
    CHECK(reports::brief_bytes(512 * kMebi) == "512 MiB");
    CHECK(reports::brief_bytes(0.5 * kMebi) == "0.5 MiB");
    CHECK(reports::brief_bytes(1024 * kMebi) == "1 GiB");
    CHECK(reports::brief_bytes(48700 * kMebi) == "47.6 GiB");
    CHECK(reports::brief_bytes(81920.0 * 1024 * kMebi) == "80 TiB");
}
