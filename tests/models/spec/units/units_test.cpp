#include "models/spec/units/units.h"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <string>

#include "models/spec/declaration/codec.h"
#include "models/spec/declaration/scalars.h"
#include "tests/models/spec/declaration/small_world.h"

using namespace models::spec;
using namespace std::chrono_literals;
using sim::Bytes;
using sim::Duration;
using sim::Fraction;
using sim::Price;
using sim::Rate;

namespace {

// A single quantity, from JSON text: its value, or what was said against it.
template <class T>
small_world::Parsed<T> of(std::string text) {
    return small_world::parsed<T>(std::move(text));
}

template <class T>
T good(std::string text) {
    const auto result = of<T>(text);
    CAPTURE(text);
    CHECK(result.problems.empty());
    return result.value;
}

template <class T>
std::string bad(std::string text) {
    const auto result = of<T>(text);
    CAPTURE(text);
    REQUIRE(result.problems.size() == 1);
    return result.problems[0].substr(4);
}

template <class T>
void round_trips(const T& value) {
    const Json written = echo(value);
    Problems problems;
    const T back = parse<T>(written, problems);
    CAPTURE(text_of(value));
    CHECK(problems.empty());
    CHECK(back == value);
}

// Numbers of all magnitudes (SplitMix64).
std::uint64_t scrambled(std::uint64_t i) {
    std::uint64_t z = i * 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return (z ^ (z >> 31U)) >> (i % 60);
}

}  // namespace

TEST_CASE("durations are read with their unit") {
    CHECK(good<Duration>(R"("250ms")") == 250ms);
    CHECK(good<Duration>(R"("1.5s")") == 1500ms);
    CHECK(good<Duration>(R"("1min")") == 1min);
    CHECK(good<Duration>(R"("2h")") == 2h);
    CHECK(good<Duration>(R"("1d")") == 24h);
    CHECK(good<Duration>(R"("90us")") == 90us);
    CHECK(good<Duration>(R"("10ns")") == 10ns);
    CHECK(good<Duration>(R"("0s")") == 0s);
    CHECK(good<Duration>(R"("9223372036854775807ns")") == Duration::max());
}

TEST_CASE("rates, sizes, prices and shares are read with their unit") {
    CHECK(good<Rate>(R"("500/s")") == Rate{500});
    CHECK(good<Rate>(R"("30/min")") == Rate{0.5});
    CHECK(good<Rate>(R"("2/h")") == Rate{2.0 / 3600});
    CHECK(good<Bytes>(R"("64KiB")") == Bytes{65536});
    CHECK(good<Bytes>(R"("2GiB")") == Bytes{std::uint64_t{2} << 30U});
    CHECK(good<Bytes>(R"("10TB")") == Bytes{10'000'000'000'000});
    CHECK(good<Bytes>(R"("512B")") == Bytes{512});
    CHECK(good<Bytes>(R"("1.5KiB")") == Bytes{1536});
    CHECK(good<Price>(R"("$0.10/h")") == Price{0.10});
    CHECK(good<Price>(R"("$73/month")") == Price{0.1});
    CHECK(good<Price>(R"("$0/h")") == Price{0});
    CHECK(good<Fraction>(R"("99.9%")") == Fraction{0.999});
    CHECK(good<Fraction>("0.25") == Fraction{0.25});
    CHECK(good<Fraction>("1") == Fraction{1});
}

TEST_CASE("a bare number where a unit belongs is refused, with what to write") {
    CHECK(bad<Duration>("250") == R"(a duration needs its unit (write "250ms" or "250s"))");
    CHECK(bad<Rate>("500") == R"(a rate needs its unit (write "500/s" or "500/min"))");
    CHECK(bad<Bytes>("64") == R"(a size needs its unit (write "64KiB" or "64MiB"))");
    CHECK(bad<Price>("0.1") == R"(a price needs its unit (write "$0.1/h" or "$0.1/month"))");
    CHECK(bad<Duration>("-1") == R"(a duration needs its unit (write "250ms" or "1.5s"))");
    CHECK(bad<Duration>(R"("250")") == R"(a duration needs its unit (write "250ms" or "1.5s"))");
}

TEST_CASE("a wrong unit is refused, naming the right ones") {
    CHECK(bad<Duration>(R"("5parsecs")") ==
          R"("parsecs" is not a unit of a duration (its units are ns, us, ms, s, min, h, d))");
    CHECK(bad<Rate>(R"("5/fortnight")") ==
          R"("/fortnight" is not a unit of a rate (its units are /s, /min, /h, /d))");
    CHECK(bad<Rate>(R"("1e300/s")") ==
          R"(a rate is written without an exponent (write "500/s" or "2/h"))");
    CHECK(bad<Price>(R"("$5")") == R"(a price needs its unit (write "$0.10/h" or "$70/month"))");
}

TEST_CASE("units as others write them are answered with ours") {
    CHECK(bad<Duration>(R"("5m")") ==
          R"("m" is not a unit of a duration (write "5min" for minutes, or "5ms"))");
    CHECK(bad<Duration>(R"("5 ms")") == R"(" ms" is not a unit of a duration (write "5ms"))");
    CHECK(bad<Duration>(R"("1.5sec")") == R"("sec" is not a unit of a duration (write "1.5s"))");
    CHECK(bad<Duration>(R"("1h30m")") ==
          R"("h30m" is not a unit of a duration (in one unit: "90min"))");
    CHECK(bad<Duration>(R"("1m 5s")") ==
          R"("m 5s" is not a unit of a duration (in one unit: "65s"))");
    CHECK(bad<Bytes>(R"("5KB")") == R"("KB" is not a unit of a size (write "5kB"))");
    CHECK(bad<Bytes>(R"("512Mi")") == R"("Mi" is not a unit of a size (write "512MiB"))");
    CHECK(bad<Rate>(R"("50rps")") == R"("rps" is not a unit of a rate (write "50/s"))");
    CHECK(bad<Rate>(R"("50 /s")") == R"(" /s" is not a unit of a rate (write "50/s"))");
}

TEST_CASE("what is no quantity is refused") {
    CHECK(bad<Duration>(R"("-5ms")") ==
          R"(a duration cannot be negative (write "250ms" or "1.5s"))");
    CHECK(bad<Price>(R"("$-5/h")") ==
          R"(a price cannot be negative (write "$0.10/h" or "$70/month"))");
    CHECK(bad<Duration>(R"("soon")") == R"("soon" is not a duration (write "250ms" or "1.5s"))");
    for (const char* text :
         {R"("nan")", R"("inf")", R"("infs")", R"("")", R"(" 5ms")", R"("+5ms")", R"("0x10ms")",
          R"("1e3ms")", R"(".5s")", R"("1h30min")", R"("5ms ")"}) {
        bad<Duration>(text);
    }
    CHECK(bad<Duration>("[]") == R"(expected a duration, found a list (write "250ms" or "1.5s"))");
    CHECK(bad<Price>(R"("5/h")") == R"("5/h" is not a price (write "$0.10/h" or "$70/month"))");
    CHECK(bad<Fraction>("1.5") ==
          R"(a share lies between 0 and 1, or "0%" and "100%" (write "99.9%" or 0.999))");
    CHECK(bad<Fraction>(R"("101%")") ==
          R"(a share lies between 0 and 1, or "0%" and "100%" (write "99.9%" or 0.999))");
    CHECK(bad<Fraction>(R"("0.5")") == R"("0.5" is not a share (write "99.9%" or 0.999))");
}

TEST_CASE("what is too large for its type is refused") {
    CHECK(bad<Duration>(R"("9223372036854775808ns")") == "a duration is at most 292 years");
    CHECK(bad<Duration>(R"("200000d")") == "a duration is at most 292 years");
    CHECK(bad<Duration>(R"("99999999999999999999999999s")") == "a duration is at most 292 years");
    CHECK(bad<Bytes>(R"("99999PiB")") == "a size is at most 16384PiB");
    CHECK(bad<Rate>('"' + std::string(400, '9') + "/s\"") == "a rate cannot be that large");
}

TEST_CASE("quantities are written in the unit a person would choose") {
    CHECK(text_of(Duration(250ms)) == "250ms");
    CHECK(text_of(Duration(1500ms)) == "1.5s");
    CHECK(text_of(Duration(90s)) == "90s");
    CHECK(text_of(Duration(90min)) == "90min");
    CHECK(text_of(Duration(48h)) == "2d");
    CHECK(text_of(Duration(1001ns)) == "1.001us");
    CHECK(text_of(Duration(0s)) == "0s");
    CHECK(text_of(Bytes{65536}) == "64KiB");
    CHECK(text_of(Bytes{10'000'000'000'000}) == "10TB");
    CHECK(text_of(Bytes{1023}) == "1023B");
    CHECK(text_of(Rate{500}) == "500/s");
    CHECK(text_of(Rate{2.0 / 3600}) == "2/h");
    CHECK(text_of(Price{0.10}) == "$0.1/h");
    CHECK(text_of(Fraction{0.999}) == "99.9%");
}

TEST_CASE("every quantity reads back as exactly what was written") {
    for (std::uint64_t i = 1; i < 3000; ++i) {
        const std::uint64_t bits = scrambled(i);
        const double real = static_cast<double>(scrambled(i)) / 1024;
        round_trips(Duration(static_cast<std::int64_t>(bits >> 1U)));
        round_trips(Bytes{bits});
        round_trips(Rate{real});
        round_trips(Price{real});
        round_trips(Fraction{static_cast<double>(scrambled(i * 60) >> 11U) * 0x1p-53});
    }
}

TEST_CASE("whole numbers keep within their type") {
    CHECK(good<std::uint32_t>("4294967295") == 4294967295U);
    CHECK(good<std::uint64_t>("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
    CHECK(good<std::int64_t>("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
    CHECK(good<int>("1e6") == 1'000'000);
    CHECK(bad<std::uint32_t>("4294967296") == "must be at most 4294967295");
    CHECK(bad<std::uint32_t>("-1") == "must not be negative");
    CHECK(bad<std::uint32_t>("1.5") == "must be a whole number");
    CHECK(bad<std::int8_t>("-129") == "must be at least -128");
    CHECK(bad<std::int64_t>("18446744073709551615") == "must be at most 9223372036854775807");
    CHECK(bad<int>("1e30") == "must be a whole number");
    CHECK(bad<int>(R"("20")") ==
          R"(expected a whole number, found "20" (write 20 without quotes))");
    CHECK(bad<bool>("1") == "expected true or false, found a number");
}
