#include "reports/expression.h"

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>

using namespace reports;

namespace {

sim::NodeRecord node(std::string name, std::string kind) {
    sim::NodeRecord record;
    record.name = std::move(name);
    record.kind = std::move(kind);
    return record;
}

// Users who made 1,000 requests in 10 s: 990 succeeded, 10 failed; the k-th took k ms. Behind them
// a database, a node whose name has a dash, and one that nobody called.
sim::Recording recording() {
    sim::Recording made;
    made.simulated = sim::Duration(std::chrono::seconds(10));
    sim::NodeRecord users = node("users", "open_loop");
    users.is_client = true;
    users.totals.offered = 1000;
    users.totals.ended = {990, 10, 0, 0};
    for (int k = 1; k <= 1000; ++k) {
        (k <= 990 ? users.latency.succeeded : users.latency.failed)
            .record(std::chrono::milliseconds(k));
    }
    sim::NodeRecord db = node("db", "database");
    db.totals = users.totals;
    db.latency = users.latency;
    db.utilisation = 0.8;
    db.connections_in_use = 0.5;
    db.waiting_peak = 7;
    db.cost_usd = 2;
    db.measures = {{"memory_peak", "1", 0.25}, {"cache_size", "bytes", 2048}, {"lag", "s", 0.5}};
    auto waits = std::make_shared<sim::Histogram>();
    waits->record_n(std::chrono::milliseconds(1), 99);
    waits->record(std::chrono::milliseconds(101));
    db.measures.push_back({"lock_wait", "s", waits->mean_seconds(), nullptr, waits});
    made.nodes = {users, db, node("web-1", "server"), node("idle", "server")};
    return made;
}

const Summary& summary() {
    static const Summary made = [] {
        const sim::Recording one = recording();
        return summarise({&one, 1});
    }();
    return made;
}

Vocabulary words(std::vector<std::string> variants = {}) {
    Vocabulary vocabulary = vocabulary_of(recording());
    vocabulary.variants = std::move(variants);
    return vocabulary;
}

Answer ask(const std::string& text) {
    ExpressionError error;
    const auto expression = Expression::parse(text, words(), error);
    REQUIRE_MESSAGE(expression, text << ": " << error.message);
    return expression->ask([](const std::string&) -> const Summary& { return summary(); });
}

bool holds(const std::string& text) {
    return ask(text) == Answer::holds;
}

ExpressionError wrong(const std::string& text, std::vector<std::string> variants = {}) {
    ExpressionError error;
    CHECK_FALSE(Expression::parse(text, words(std::move(variants)), error));
    CHECK(error.offset <= text.size());
    return error;
}

}  // namespace

TEST_CASE("a figure of the run is compared in its own unit") {
    CHECK(holds("availability == 99%"));
    CHECK(holds("availability >= 0.99"));
    CHECK(holds("p(99) < 1s"));
    CHECK_FALSE(holds("p(99) < 250ms"));
    CHECK(holds("mean > 495ms and mean() < 496ms"));
    CHECK(holds("max() >= 1s and succeeded.max == succeeded.max"));
    CHECK(holds("throughput == 99/s"));
    CHECK(holds("throughput == 5940/min"));
    CHECK(holds("cost == $2"));
    CHECK(holds("offered == succeeded + failed + rejected + timed_out + in_flight"));
}

TEST_CASE("a node's figures and measures are asked for by its name") {
    CHECK(holds("db.utilisation <= 80%"));
    CHECK(holds("db.connections_in_use == 50 %"));
    CHECK(holds("db.waiting_peak == 7"));
    CHECK(holds("db.p(50) == p(50)"));
    CHECK(holds("db.memory_peak < 30%"));
    CHECK(holds("db.cache_size == 2KiB"));
    CHECK(holds("db.lag == 500ms"));
    CHECK(holds("web-1.offered == 0"));
    CHECK(holds("users.failed-db.failed == 0"));
}

TEST_CASE("a distribution is its mean, and any percentile of it can be asked for") {
    CHECK(holds("abs(db.lock_wait - 2ms) < 1us"));
    CHECK(holds("abs(db.lock_wait.p(99) - 1ms) < 1us and db.lock_wait.max == 101ms"));
    CHECK(wrong("db.lock_wait.p99 < 1s").hint == "write lock_wait.p(99)");
}

TEST_CASE("arithmetic keeps the usual order") {
    CHECK(holds("1 + 2 * 3 == 7"));
    CHECK(holds("(1 + 2) * 3 == 9"));
    CHECK(holds("10 - 2 - 3 == 5"));
    CHECK(holds("12 / 2 / 3 == 2"));
    CHECK(holds("-2 * -3 == 6"));
    CHECK(holds("abs(2 - 5) == 3"));
    CHECK(holds("min(2, 3) == 2 and max(2, 3) == 3"));
    CHECK(holds("max(p(50), p(99)) == p(99)"));
    CHECK(holds("max(1, 3, 2) == 3 and min(3, 1, 2) == 1"));
    CHECK(holds("5ms-3ms < 3ms"));
    CHECK(holds("100/min(2, 4) == 50"));
}

TEST_CASE("dimensions follow the arithmetic") {
    CHECK(holds("p(99) < 2 * p(50)"));
    CHECK(holds("p(99) / p(50) > 1.5"));
    CHECK(holds("throughput * 10s == 990"));
    CHECK(holds("offered / 10s == 100/s"));
    CHECK(holds("0.5 * availability < 50%"));
}

TEST_CASE("not binds closer than and, and closer than or") {
    CHECK(holds("1 == 1 or 1 == 2 and 1 == 3"));
    CHECK_FALSE(holds("(1 == 1 or 1 == 2) and 1 == 3"));
    CHECK(holds("not 1 == 2 and 1 == 1"));
    CHECK_FALSE(holds("not (1 == 2 or 1 == 1)"));
    CHECK(holds("not not 1 == 1"));
}

TEST_CASE("of what did not happen nothing can be said, nor its opposite") {
    CHECK(ask("idle.p(99) < 250ms") == Answer::undefined);
    CHECK(ask("not idle.p(99) < 250ms") == Answer::undefined);
    CHECK(ask("idle.availability >= 99%") == Answer::undefined);
    CHECK(ask("offered / idle.offered > 1") == Answer::undefined);
    CHECK(ask("max(1ms, idle.mean) > 0ms") == Answer::undefined);
    CHECK(ask("max(idle.mean, 1ms) > 0ms") == Answer::undefined);
    CHECK(ask("idle.mean < 1s and 1 == 2") == Answer::fails);
    CHECK(ask("idle.mean < 1s or 1 == 1") == Answer::holds);
}

TEST_CASE("quantities of different kinds cannot be compared or added") {
    for (const char* text :
         {"p(99) < 99%", "p(99) < 250", "throughput > 5", "cost < 5", "cost < 5s",
          "availability > 1ms", "p(99) + 1 < 2s", "p(99) * p(99) < 1s", "db.cache_size < 1s",
          "(1 < 2) < 3", "abs(1 < 2) == 1", "-(1 < 2)", "max(1s, 1) == 1s"}) {
        CAPTURE(text);
        CHECK_FALSE(wrong(text).message.empty());
    }
    CHECK(wrong("p(99) < 99%").offset == 6);
    CHECK(wrong("p(99) < 250").hint == "write the unit, as in 250ms, 500/s or $5");
}

TEST_CASE("a share above 1 lacks its per cent sign") {
    CHECK(wrong("availability >= 99.9").hint == "write the unit, as in 99.9%");
    CHECK(wrong("80 > db.utilisation").hint == "write the unit, as in 99.9%");
    CHECK(holds("availability <= 1"));
}

TEST_CASE("an error says where, and what was meant") {
    CHECK(wrong("availabilty > 1%").unknown == "availabilty");
    const ExpressionError node = wrong("1 == 1 and bd.failed == 0");
    CHECK(node.unknown == "bd");
    CHECK(node.offset == 11);
    CHECK(node.known == std::vector<std::string>{"users", "db", "web-1", "idle"});
    const ExpressionError figure = wrong("db.utilization < 80%");
    CHECK(figure.unknown == "utilization");
    CHECK(figure.offset == 3);
    CHECK(wrong("users.utilisation < 1").message == "there is no figure \"utilisation\" of users");
    CHECK(wrong("5 parsecs < 6").offset == 2);
    CHECK(wrong("5parsecs < 6").message == "unknown unit \"parsecs\"");
    CHECK(wrong("1 == 2 and 3 or 1 == 1").offset == 11);
    CHECK(wrong("1 == 1 or 3").offset == 10);
    CHECK(wrong("1 = 1").hint == "write == or <= or >=");
    CHECK(wrong("1 == 1 && 2 == 2").hint == "write and");
    CHECK(wrong("1 < 2 < 3").hint == "write a < b and b < c");
    CHECK(wrong("p < 1s").hint == "write p(99)");
}

TEST_CASE("a percentile that is written as others write it is understood as one") {
    CHECK(wrong("p99 < 1s").message == "there is no figure \"p99\"");
    CHECK(wrong("p99 < 1s").hint == "did you mean p(99)?");
    CHECK(wrong("1 == 1 and db.p5 < 1s").hint == "did you mean p(5)?");
    CHECK(wrong("db.p5 < 1s").offset == 3);
    CHECK(wrong("p99.9 < 1s").hint == "did you mean p(99.9)?");
    CHECK(wrong("p99_9<1s").hint == "did you mean p(99.9)?");
    CHECK(wrong("p999 < 1s").hint == "did you mean p(99.9)?");
    CHECK(wrong("succeeded.p95 < 1s").hint == "write succeeded.p(95)");
    CHECK(wrong("db.lock_wait.p50 < 1s").hint == "write lock_wait.p(50)");
    // Words that only begin like one.
    CHECK(wrong("p99th < 1s").unknown == "p99th");
    CHECK(wrong("peak < 1s").unknown == "peak");
    CHECK(wrong("p99.availability > 1%").unknown == "p99");
    CHECK(wrong("p1000.5 < 1s").unknown == "p1000");
}

TEST_CASE("no text whatever is more than an error") {
    for (const char* text : {"",
                             " ",
                             "p(",
                             "p()",
                             "p(101) < 1s",
                             "p(-1) < 1s",
                             "p(nan) < 1s",
                             "p(99",
                             "p(99) <",
                             "< 1",
                             "1 <",
                             "(",
                             ")",
                             "((1 < 2)",
                             "1 < 2)",
                             "not",
                             "and",
                             "1 == 1 and",
                             "db.",
                             ".db",
                             "db..p(99) < 1s",
                             "$",
                             "$x",
                             "1e999 < 2",
                             "inf < 1",
                             "0x10 == 16",
                             "min(1)",
                             "min(1,",
                             "abs",
                             "max",
                             "max(",
                             "abs()",
                             "5",
                             "p(99)",
                             "availability[1] > 0",
                             "1 == 1 \xff",
                             "p(99)\n< 1s",
                             "--",
                             "1 ** 2 == 1",
                             "[",
                             "p(99)[ < 1s",
                             "%",
                             "/s"}) {
        CAPTURE(text);
        CHECK_FALSE(wrong(text).message.empty());
    }
}

TEST_CASE("deep and long expressions are refused, not followed") {
    const auto many = [](const std::string& piece, std::size_t times) {
        std::string text;
        for (std::size_t i = 0; i < times; ++i) text += piece;
        return text;
    };
    CHECK(wrong(many("(", 1000) + "1").message == "nested too deeply");
    CHECK(wrong(many("-", 1000) + "1 < 2").message == "nested too deeply");
    CHECK(wrong(many("not ", 900) + "1 < 2").message == "nested too deeply");
    CHECK(wrong("1" + many("+1", 1000000) + " < 2").message == "the expression is too long");
    CHECK(holds("1" + many("+1", 1900) + " == 1901"));
}

TEST_CASE("a variant is named in brackets, and must be when there are several") {
    Summary fast = summary();
    Summary slow = summary();
    fast.availability = fast.availability_by_time = 1;
    slow.availability_by_time = 0.5;
    const std::map<std::string, const Summary*> results = {{"p2c", &fast}, {"round robin", &slow}};
    ExpressionError error;
    const auto claim =
        Expression::parse("availability_by_time[p2c] > 1.5 * availability_by_time[round robin]",
                          words({"p2c", "round robin"}), error);
    REQUIRE(claim);
    CHECK(claim->ask([&](const std::string& variant) -> const Summary& {
        return *results.at(variant);
    }) == Answer::holds);
    CHECK(wrong("availability > 1%", {"20", "320"}).hint == "write availability[20]");
    CHECK(wrong("availability[21] > 1%", {"20", "320"}).unknown == "21");
    CHECK(wrong("availability[20 > 1%", {"20"}).message == "expected ]");
}

TEST_CASE("what is shown is the left side, in its unit") {
    const auto shown = [](const std::string& text) {
        ExpressionError error;
        return text_of(Expression::parse(text, words(), error)
                           ->value([](const std::string&) -> const Summary& { return summary(); }));
    };
    CHECK(shown("availability >= 99.9%") == "99%");
    CHECK(shown("throughput > 1/s") == "99/s");
    CHECK(shown("cost < $5") == "$2.00");
    CHECK(shown("db.cache_size < 1MiB") == "2KiB");
    CHECK(shown("db.lag < 1s") == "500ms");
    CHECK(shown("failed == 0") == "10");
    CHECK(shown("idle.p(99) < 1s") == "undefined");
    CHECK(shown("failed == 0 or cost < $5") == "true");
}

TEST_CASE(
    "a percentile that falls among failures is above every limit, and says how long it took") {
    // 990 of 1,000 succeeded; the others took 991 to 1,000 ms.
    CHECK(holds("p(99) < 1s"));
    CHECK_FALSE(holds("p(99.5) < 1h"));
    CHECK(holds("p(99.5) > 1h"));
    CHECK_FALSE(holds("p(99.5) <= p(99.9)"));
    CHECK_FALSE(holds("p(99.5) == p(99.9)"));
    CHECK(holds("p(99) < p(99.5)"));
    CHECK(holds("max() > 1h and db.p(99.5) > 1h"));
    ExpressionError error;
    const auto expression = Expression::parse("p(99.5) < 250ms", words(), error);
    REQUIRE(expression);
    const Value value =
        expression->value([](const std::string&) -> const Summary& { return summary(); });
    CHECK(text_of(value) == "failed (waited 995ms)");
}

TEST_CASE("successes and failures have latencies of their own") {
    CHECK(holds("succeeded == 990 and succeeded.p(100) < 991ms and succeeded.max < 991ms"));
    CHECK(holds("failed.p(1) > 990ms and failed.max <= 1s and abs(failed.mean - 995.5ms) < 1us"));
    CHECK(holds("db.succeeded.p(50) < db.failed.p(50)"));
    CHECK(holds("mean == succeeded.mean"));
    CHECK(wrong("succeeded.p99 < 1s").hint == "write succeeded.p(99)");
    CHECK(wrong("succeeded.p(99) < 5").message == "cannot compare a time with a plain number");
}

TEST_CASE("what had not ended is said, and what ended a second is of the measured time") {
    CHECK(holds("in_flight == 0 and censored == 0 and ended_per_s == 100/s"));
    CHECK(holds("throughput == 99/s and errors_per_s == 1/s"));
}
